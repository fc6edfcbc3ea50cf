package dev.webhookdb.database;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The platform's records of organizations' databases. */
final class OrganizationDirectory {
    /** Any number, as long as no other advisory lock of ours has it: "orgd" in ASCII. */
    private static final int LOCK = 0x6f726764;

    private final Database platform;

    OrganizationDirectory(Database platform) {
        this.platform = platform;
    }

    /** Does the work while no other host creates or drops the same organization's database. */
    void exclusively(long organizationId, Runnable work) {
        platform.run(session -> {
            session.sql("select pg_advisory_xact_lock(:lock, hashint8(:id))")
                    .bind("lock", LOCK)
                    .bind("id", organizationId)
                    .list(row -> true);
            work.run();
        });
    }

    Optional<OrganizationDatabase> find(long organizationId) {
        return platform.transaction(
                session -> session.sql("""
                select organization_id, server, host, port, database_name, owner_role, owner_secret, reader_role,
                       reader_secret, ready_at is not null as ready
                  from organization_database
                 where organization_id = :id
                """).bind("id", organizationId).first(OrganizationDatabase::of));
    }

    void add(OrganizationDatabase database) {
        platform.run(session -> session.sql("""
                insert into organization_database
                       (organization_id, server, host, port, database_name, owner_role, owner_secret, reader_role,
                        reader_secret)
                values (:id, :server, :host, :port, :name, :owner, :ownerSecret, :reader, :readerSecret)
                """)
                .bind("id", database.organizationId())
                .bind("server", database.server())
                .bind("host", database.host())
                .bind("port", database.port())
                .bind("name", database.name())
                .bind("owner", database.owner())
                .bind("ownerSecret", database.ownerSecret())
                .bind("reader", database.reader())
                .bind("readerSecret", database.readerSecret())
                .execute());
    }

    void markReady(long organizationId) {
        platform.run(
                session -> session.sql("update organization_database set ready_at = now() where organization_id = :id")
                        .bind("id", organizationId)
                        .execute());
    }

    void replaceReaderSecret(long organizationId, byte[] secret) {
        platform.run(session -> session.sql(
                        "update organization_database set reader_secret = :secret where organization_id = :id")
                .bind("secret", secret)
                .bind("id", organizationId)
                .execute());
    }

    void remove(long organizationId) {
        platform.run(session -> session.sql("delete from organization_database where organization_id = :id")
                .bind("id", organizationId)
                .execute());
    }

    /** How many databases each server has, by the server's name; a server without any is missing. */
    Map<String, Long> load() {
        Map<String, Long> load = new HashMap<>();
        platform.run(session -> session.sql(
                        "select server, count(*) as databases from organization_database group by server")
                .list(row -> load.put(row.text("server"), row.number("databases"))));
        return load;
    }
}
