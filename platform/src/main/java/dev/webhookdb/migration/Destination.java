package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.migration.MigrationException.Problem;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OwnDatabases;
import java.util.List;
import java.util.function.Function;

/** The database that an organization brings, and what can be wrong with it. Nothing is changed in it here. */
final class Destination {
    /** Tells a database from every other one, whatever it is called and however it is reached. */
    private static final String IDENTITY = """
            select (select system_identifier from pg_control_system())::text || '/' ||
                   (select oid from pg_database where datname = current_database())::text as identity""";

    private Destination() {}

    /** Returns what tells the database from others. */
    static String identity(Database database) {
        return database.transaction(session -> session.sql(IDENTITY).one(row -> row.text("identity")));
    }

    /**
     * Makes sure that the tables can be there.
     *
     * @param tables their names
     * @param present the identity of the database in which they are; in that one they may be
     * @return the identity of the database
     */
    static String requireUsable(ServerAddress owner, List<String> tables, String present) {
        return asking(Problem.ADMIN_URL, owner, "the admin URL", database -> {
            String identity = identity(database);
            if (!present.equals(identity)) {
                database.run(session -> requireEmpty(session, owner, tables));
            }
            return identity;
        });
    }

    private static void requireEmpty(Session session, ServerAddress owner, List<String> tables) {
        Facts facts = session.sql("""
                        select current_setting('server_encoding') = 'UTF8' as utf8,
                               current_setting('transaction_read_only') = 'off' as writable,
                               has_schema_privilege('public', 'create') and has_database_privilege(current_database(), 'create') as allowed,
                               to_regnamespace('webhookdb') is not null as taken""")
                .one(row -> new Facts(row.flag("utf8"), row.flag("writable"), row.flag("allowed"), row.flag("taken")));
        String name = owner.database();
        if (!facts.utf8()) {
            throw refused("The database \"%s\" has another encoding than UTF8: create one with ENCODING 'UTF8'."
                    .formatted(name));
        }
        if (!facts.writable()) {
            throw refused("The database \"%s\" takes no writes: name the primary server.".formatted(name));
        }
        if (!facts.allowed()) {
            throw refused(
                    "The user \"%1$s\" may not create tables: GRANT CREATE ON DATABASE %2$s TO %3$s; GRANT CREATE ON SCHEMA public TO %3$s."
                            .formatted(owner.username(), Identifiers.quote(name), Identifiers.quote(owner.username())));
        }
        if (facts.taken()) {
            throw refused(
                    "The database \"%s\" has a schema webhookdb: it serves another organization already, or an earlier attempt was cut off. Name another database, or drop what is there."
                            .formatted(name));
        }
        List<String> clashing =
                session.sql("""
                        select relname::text as name from pg_class
                        where relnamespace = 'public'::regnamespace and relname = any(:tables) order by relname""").bind("tables", tables.toArray(String[]::new)).list(row -> row.text("name"));
        if (!clashing.isEmpty()) {
            throw refused(
                    "The database \"%s\" has tables of the names %s already: rename them, or name another database."
                            .formatted(name, String.join(", ", clashing)));
        }
    }

    /** Makes sure that a role is fit for statements that people write. */
    static void requireReader(ServerAddress reader, ServerAddress owner, String identity) {
        asking(Problem.READER_URL, reader, "the read-only URL", database -> {
            if (!identity(database).equals(identity)) {
                throw new MigrationException(
                        Problem.READER_URL,
                        "The two URLs lead to different databases: name two roles of one database.");
            }
            boolean harmless = database.transaction(
                    session -> session.sql("""
                            select not rolsuper and not pg_has_role(current_user, :owner, 'member') as harmless
                            from pg_roles where rolname = current_user""").bind("owner", owner.username()).one(row -> row.flag("harmless")));
            if (!harmless) {
                throw new MigrationException(
                        Problem.READER_URL,
                        "The role \"%s\" of the read-only URL may do what the owner may, or everything: name one that may only connect."
                                .formatted(reader.username()));
            }
            return true;
        });
    }

    private static <T> T asking(Problem problem, ServerAddress address, String what, Function<Database, T> questions) {
        try {
            OwnDatabases.requireReachable(address, what);
            try (Database database = OwnDatabases.open(address)) {
                return questions.apply(database);
            }
        } catch (DatabaseException e) {
            throw new MigrationException(problem, e.getMessage(), e);
        }
    }

    private static MigrationException refused(String sentence) {
        return new MigrationException(Problem.ADMIN_URL, sentence);
    }

    private record Facts(boolean utf8, boolean writable, boolean allowed, boolean taken) {}
}
