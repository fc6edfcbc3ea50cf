package dev.webhookdb.declare;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.query.SavedViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Views, which are known by their names. Thread-safe. */
record ManagedViews(SavedViews views, Audit audit) implements ManagedKind {
    private static final String SQL = "sql";

    @Override
    public Kind kind() {
        return Kind.VIEW;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return views.of(organization.id()).stream()
                .map(view -> new Existing(
                        view.name(),
                        view.name(),
                        new Attributes().with(SQL, view.sql()).all()))
                .toList();
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        scope.settled().ifPresent(organization -> views.check(organization.id(), wish.name(), wish.required(SQL)));
        return wish.attributes();
    }

    @Override
    public String create(Scope scope, Wish wish) {
        views.replace(scope.organization().id(), scope.actor().name(), wish.name(), wish.required(SQL));
        audit.note(scope.actor(), scope.organization().id(), "save view", wish.name());
        return wish.name();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        create(scope, wish);
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        views.delete(scope.organization().id(), existing.id());
        audit.note(scope.actor(), scope.organization().id(), "delete view", existing.id());
    }
}
