package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keeps which things files own. Thread-safe. */
public final class Ownership {
    private static final String COLUMNS = "organization.key, kind, declared_object.name, object_id, file, created";
    private static final String OWNED = """
            select %s from declared_object join organization on organization.id = organization_id
            where organization.closed_at is null
            """.formatted(COLUMNS);

    private final Database platform;

    /** Keeps it in the platform's database. */
    public Ownership(Database platform) {
        this.platform = platform;
    }

    /**
     * A thing that a file owns.
     *
     * @param organization its key
     * @param name what the file calls it
     * @param id what tells it from others of its kind in the organization
     * @param isMade whether it came to be by a file
     */
    public record Owned(String organization, Kind kind, String name, String id, String file, boolean isMade) {}

    /** Returns everything that files own, but in closed organizations. */
    List<Owned> all() {
        return platform.transaction(
                session -> session.sql(OWNED + " order by organization.key, kind, declared_object.name")
                        .list(Ownership::read));
    }

    /** Returns how a file owns a thing; empty if none does. */
    public Optional<Owned> of(long organizationId, Kind kind, String id) {
        return platform.transaction(session -> session.sql(
                        OWNED + " and organization_id = :organization and kind = :kind and object_id = :id")
                .bind("organization", organizationId)
                .bind("kind", kind.name())
                .bind("id", id)
                .first(Ownership::read));
    }

    /** Returns how a file owns an endpoint; empty if none does. */
    public Optional<Owned> ofEndpoint(long endpoint) {
        return platform.transaction(session -> session.sql(OWNED + """
                         and kind = :kind and (organization_id, object_id) =
                           (select organization_id, opaque_id from endpoint where endpoint.id = :endpoint)""")
                .bind("kind", Kind.INTEGRATION.name())
                .bind("endpoint", endpoint)
                .first(Ownership::read));
    }

    /** Returns the files that own things of a kind in an organization, by the id of the thing. */
    public Map<String, String> files(long organizationId, Kind kind) {
        return platform.transaction(session -> session
                .sql(OWNED + " and organization_id = :organization and kind = :kind")
                .bind("organization", organizationId)
                .bind("kind", kind.name())
                .list(Ownership::read)
                .stream()
                .collect(Collectors.toUnmodifiableMap(Owned::id, Owned::file)));
    }

    /** Returns the files that own endpoints of an organization, by the endpoint. */
    public Map<Long, String> filesOfEndpoints(long organizationId) {
        return platform.transaction(session -> session
                .sql("""
                        select endpoint.id, file
                        from declared_object
                        join endpoint on endpoint.organization_id = declared_object.organization_id and opaque_id = object_id
                        where declared_object.organization_id = :organization and kind = :kind""")
                .bind("organization", organizationId)
                .bind("kind", Kind.INTEGRATION.name())
                .list(row -> Map.entry(row.number("id"), row.text("file")))
                .stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** A thing may get another name, and a name another thing. */
    void put(Organization organization, Kind kind, String name, String id, String file, boolean isMade) {
        platform.run(session -> {
            session.sql("""
                            delete from declared_object
                            where organization_id = :organization and kind = :kind and object_id = :id and name <> :name""")
                    .bind("organization", organization.id())
                    .bind("kind", kind.name())
                    .bind("id", id)
                    .bind("name", name)
                    .execute();
            session.sql("""
                            insert into declared_object (organization_id, kind, name, object_id, file, created)
                            values (:organization, :kind, :name, :id, :file, :made)
                            on conflict (organization_id, kind, name) do update
                            set object_id = excluded.object_id, file = excluded.file, created = excluded.created""")
                    .bind("organization", organization.id())
                    .bind("kind", kind.name())
                    .bind("name", name)
                    .bind("id", id)
                    .bind("file", file)
                    .bind("made", isMade)
                    .execute();
        });
    }

    void remove(Organization organization, Kind kind, String name) {
        platform.run(session -> session.sql("""
                        delete from declared_object where organization_id = :organization and kind = :kind and name = :name""")
                .bind("organization", organization.id())
                .bind("kind", kind.name())
                .bind("name", name)
                .execute());
    }

    private static Owned read(Row row) {
        return new Owned(
                row.text("key"),
                Kind.valueOf(row.text("kind")),
                row.text("name"),
                row.text("object_id"),
                row.text("file"),
                row.flag("created"));
    }
}
