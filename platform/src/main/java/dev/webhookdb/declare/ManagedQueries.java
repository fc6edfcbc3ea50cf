package dev.webhookdb.declare;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Saved queries. Thread-safe. */
record ManagedQueries(SavedQueries queries, Audit audit) implements ManagedKind {
    private static final String DESCRIPTION = "description";
    private static final String SQL = "sql";
    private static final String PUBLIC = "public";

    @Override
    public Kind kind() {
        return Kind.QUERY;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return queries.of(organization.id()).stream()
                .map(query -> new Existing(
                        query.id(),
                        query.description().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                        new Attributes()
                                .with(SQL, query.sql())
                                .with(DESCRIPTION, query.description())
                                .with(PUBLIC, query.isPublic())
                                .all()))
                .toList();
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        scope.settled().ifPresent(organization -> queries.check(organization.id(), wish.required(SQL)));
        Map<String, Value> wanted = new LinkedHashMap<>(wish.attributes());
        wanted.putIfAbsent(DESCRIPTION, new Value(List.of(wish.name()), false, false, wish.at()));
        return wanted;
    }

    @Override
    public String create(Scope scope, Wish wish) {
        String id = scope.newId(wish);
        queries.create(query(scope, id, wish));
        audit.note(scope.actor(), scope.organization().id(), "create saved query", id);
        return id;
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        queries.update(query(scope, existing.id(), wish));
        audit.note(
                scope.actor(),
                scope.organization().id(),
                "change saved query",
                "%s of %s".formatted(String.join(", ", different), existing.id()));
    }

    private static SavedQuery query(Scope scope, String id, Wish wish) {
        return new SavedQuery(
                id,
                scope.organization().id(),
                scope.actor().name(),
                wish.text(DESCRIPTION).orElse(wish.name()),
                wish.required(SQL),
                wish.isTrue(PUBLIC));
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        queries.find(scope.organization().id(), existing.id()).ifPresent(query -> {
            queries.delete(query);
            audit.note(scope.actor(), scope.organization().id(), "delete saved query", existing.id());
        });
    }
}
