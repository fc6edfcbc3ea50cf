package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Verifiers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and drops the database and the roles of an organization on one server. The administrator needs no more than
 * {@code CREATEDB} and {@code CREATEROLE}. Passwords are sent as verifiers: a server that logs statements does not log
 * them.
 */
final class OrganizationAdministration {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrganizationAdministration.class);

    private final ServerAddress server;
    private final OrganizationDatabase database;
    private final String name;
    private final String owner;
    private final String readerRole;
    private final String reader;

    OrganizationAdministration(ServerAddress server, OrganizationDatabase database) {
        this.server = server;
        this.database = database;
        this.name = Identifiers.quote(database.name());
        this.readerRole = login(database).role();
        this.owner = Identifiers.quote(database.owner().role());
        this.reader = Identifiers.quote(readerRole);
    }

    void create(Sealer sealer) {
        perform(
                server,
                createRole(owner, sealer.open(database.owner().secret()), ""),
                createRole(reader, sealer.open(login(database).secret()), ""),
                "grant %s to current_user".formatted(owner),
                "create database %s owner %s%s".formatted(name, owner, encoding()),
                "revoke all on database %s from public".formatted(name),
                "grant connect on database %s to %s".formatted(name, reader));
        requireSchema();
        perform(
                server.withDatabase(database.name()),
                "alter schema public owner to %s".formatted(owner),
                "revoke all on schema public from public",
                "grant usage on schema public to %s".formatted(reader),
                "alter default privileges for role %s in schema public grant select on tables to %s"
                        .formatted(owner, reader),
                "revoke %s from current_user".formatted(owner));
        restrict();
    }

    /** Keeps the reader from what it must not do; may be repeated, and mends what the role changed of itself. */
    void restrict() {
        restrictRole();
        if (!isSuperuser()) {
            LOGGER.info(
                    "The administrator of {} is no superuser: the role {} keeps large objects, advisory locks and the like, and may spill to the disk (see docs/operating.md).",
                    ServerCheck.where(server),
                    reader);
            return;
        }
        try (Database inside = new Database(new Pool(server.withDatabase(database.name()), 1, 0))) {
            inside.run(session -> session.sql(
                            Restrictions.takeFunctions(database.owner().role()))
                    .execute());
        }
    }

    private void restrictRole() {
        perform(server, Restrictions.ofRole(reader, name).toArray(String[]::new));
        if (isSuperuser()) {
            perform(server, Restrictions.limitSpill(reader));
        }
    }

    private boolean isSuperuser() {
        try (Database administration = new Database(new Pool(server, 1, 0))) {
            return administration.transaction(
                    session -> session.sql("select rolsuper from pg_roles where rolname = current_user")
                            .one(row -> row.flag("rolsuper")));
        }
    }

    /**
     * A server that was set up without a locale, or long ago, makes databases that cannot hold every text, or that count
     * it in bytes. Its locale may not go with UTF-8, so it is C then.
     */
    private String encoding() {
        try (Database administration = new Database(new Pool(server, 1, 0))) {
            boolean unicode =
                    administration.transaction(session -> session.sql("""
                            select pg_encoding_to_char(encoding) = 'UTF8' as unicode
                              from pg_database
                             where datname = 'template1'""").one(row -> row.flag("unicode")));
            return unicode ? "" : " encoding 'UTF8' locale 'C' template template0";
        }
    }

    /** Before PostgreSQL 15 the schema public is not the database owner's, but whose it is in the template. */
    private void requireSchema() {
        try (Database created = new Database(new Pool(server.withDatabase(database.name()), 1, 0))) {
            boolean ours = created.transaction(session -> session.sql("""
                    select pg_has_role(current_user, nspowner, 'usage') as ours
                      from pg_namespace
                     where nspname = 'public'""").one(row -> row.flag("ours")));
            if (!ours) {
                throw new DatabaseException(
                        DatabaseException.Kind.OTHER,
                        "On PostgreSQL 14, the schema public of the databases that the user \"%s\" creates at %s is not its own: let a superuser run ALTER SCHEMA public OWNER TO %s in template1, whose encoding has to be UTF8, or upgrade PostgreSQL."
                                .formatted(
                                        server.username(),
                                        ServerCheck.where(server),
                                        Identifiers.quote(server.username())));
            }
        }
    }

    /**
     * Also ends what is connected with the old password, because whoever has it may be why it is replaced, and gives the role its
     * settings back, which it could change.
     */
    void rollReader(String password) {
        restrictRole();
        changeReader("alter role %s password %s".formatted(reader, Identifiers.literal(Verifiers.of(password))));
    }

    /** Lets nobody in with the reader's role, and ends what is connected with it. */
    void lockReader() {
        changeReader("alter role %s nologin".formatted(reader));
    }

    private void changeReader(String change) {
        perform(
                server,
                change,
                "grant %s to current_user".formatted(reader),
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s"
                        .formatted(Identifiers.literal(readerRole)),
                "revoke %s from current_user".formatted(reader));
    }

    void unlockReader() {
        perform(server, "alter role %s login".formatted(reader));
    }

    /** Whatever of it is there; to be repeated until it succeeds. */
    void drop() {
        try (Database administration = new Database(new Pool(server, 1, 0))) {
            administration.autocommit(session -> {
                if (exists(session, "pg_roles", "rolname", database.owner().role())) {
                    session.sql("grant %s to current_user".formatted(owner)).execute();
                }
                session.sql("drop database if exists %s with (force)".formatted(name))
                        .execute();
                session.sql("drop role if exists %s".formatted(reader)).execute();
                return session.sql("drop role if exists %s".formatted(owner)).execute();
            });
        }
    }

    private static OrganizationDatabase.Login login(OrganizationDatabase database) {
        return database.reader().orElseThrow();
    }

    private static boolean exists(Session session, String catalog, String column, String value) {
        return session.sql("select exists (select from %s where %s = :value) as there".formatted(catalog, column))
                .bind("value", value)
                .one(row -> row.flag("there"));
    }

    private static String createRole(String role, String password, String more) {
        return "create role %s login nosuperuser nocreatedb nocreaterole noreplication password %s%s"
                .formatted(role, Identifiers.literal(Verifiers.of(password)), more);
    }

    private static void perform(ServerAddress where, String... statements) {
        try (Database administration = new Database(new Pool(where, 1, 0))) {
            administration.autocommit(session -> {
                for (String statement : statements) {
                    session.sql(statement).execute();
                }
                return statements.length;
            });
        }
    }
}
