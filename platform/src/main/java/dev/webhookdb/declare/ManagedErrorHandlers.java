package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.alert.ErrorHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Error handlers. Thread-safe. */
record ManagedErrorHandlers(ErrorHandlers handlers) implements ManagedKind {
    private static final String URL = "url";

    @Override
    public Kind kind() {
        return Kind.ERROR_HANDLER;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return handlers.urls(organization).entrySet().stream()
                .map(one -> new Existing(
                        one.getKey(),
                        "alerts",
                        new Attributes().withSecret(URL, one.getValue()).all()))
                .toList();
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        wish.text(URL).ifPresent(handlers::check);
        return wish.attributes();
    }

    @Override
    public String create(Scope scope, Wish wish) {
        return handlers.create(scope.newId(wish), scope.actor(), scope.organization(), wish.required(URL))
                .opaqueId();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        handlers.replace(scope.actor(), scope.organization(), existing.id(), wish.required(URL));
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        handlers.delete(scope.actor(), scope.organization(), existing.id());
    }
}
