package dev.webhookdb.migration;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.schema.ChangeLog;
import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Copy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OrganizationSchema;
import dev.webhookdb.tenancy.OwnDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The database that an organization moves into. Every transaction makes sure that it is still this host that copies, so that a host that
 * was thought dead overwrites nothing with older rows.
 */
final class Target implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** What goes along as it is at the end, by its columns. */
    private static final Map<String, String> WHOLE = Map.of(
            "column_fill", "table_name, column_name, next_pk",
            "followed", "table_name, integration_id, whole_after",
            "renamed", "integration_id, table_name",
            "skipped", "after_change, until_change",
            "sync_sent", "target, until_change");

    private final Claimed move;
    private final Database database;

    Target(Claimed move) {
        this.move = move;
        this.database = OwnDatabases.open(move.owner());
    }

    Database database() {
        return database;
    }

    /** Keeps out whoever copied before; waits for its last transaction. */
    void takeOver() {
        OrganizationSchema.standard().migrate(database);
        database.run(session -> {
            session.sql("lock table webhookdb.mover in exclusive mode").execute();
            session.sql("delete from webhookdb.mover").execute();
            session.sql("insert into webhookdb.mover values (:host)")
                    .bind("host", move.holder())
                    .execute();
            move.reader().map(ServerAddress::username).ifPresent(reader -> welcome(session, reader));
        });
    }

    private static void welcome(Session session, String reader) {
        boolean enters = session.sql("select has_schema_privilege(:reader, 'public', 'usage') as enters")
                .bind("reader", reader)
                .one(row -> row.flag("enters"));
        if (!enters) {
            session.sql("grant usage on schema public to " + quote(reader)).execute();
        }
        session.sql("alter default privileges in schema public grant select on tables to " + quote(reader))
                .execute();
    }

    /** Makes a table like the source's, or brings it up to date. */
    void shape(Shape shape) {
        mine(session ->
                shape.statements().forEach(statement -> session.sql(statement).execute()));
    }

    /** Copies rows of the source as they are now. */
    long copy(Source source, Shape shape, String condition) {
        return database.transaction(LIMIT, session -> {
            requireMine(session);
            session.sql("create unlogged table webhookdb.incoming (like %s)".formatted(shape.qualified()))
                    .execute();
            long rows = source.database()
                    .transaction(
                            LIMIT,
                            reading -> Copy.rows(
                                    reading,
                                    "select %s from %s where %s".formatted(shape.list(), shape.qualified(), condition),
                                    session,
                                    "webhookdb.incoming (%s)".formatted(shape.list())));
            session.sql(shape.store("webhookdb.incoming")).execute();
            session.sql("drop table webhookdb.incoming").execute();
            return rows;
        });
    }

    /**
     * Copies the next entries of the log of what happened to an integration's rows.
     *
     * @return how many
     */
    long copyChanges(Source source, long integrationId, int most) {
        return database.transaction(LIMIT, session -> {
            requireMine(session);
            long last = session.sql(
                            "select coalesce(max(change), 0) as last from webhookdb.change where integration_id = :integration")
                    .bind("integration", integrationId)
                    .one(row -> row.number("last"));
            String next =
                    "select %s from webhookdb.change where integration_id = %d and change > %d order by change limit %d"
                            .formatted(ChangeLog.COLUMNS, integrationId, last, most);
            return source.database()
                    .transaction(
                            LIMIT,
                            reading -> Copy.rows(
                                    reading, next, session, "webhookdb.change (%s)".formatted(ChangeLog.COLUMNS)));
        });
    }

    /**
     * Takes along what is not in rows, when nobody writes any more: counters, what is left to fill, what tables were called, up to where
     * endpoints were sent rows, and what tables are gone. After it, nobody copies into this database any more, unless it takes over again.
     */
    void adopt(Source source) {
        List<String> tables = source.tables();
        List<String> gone = new Source(database)
                .tables().stream().filter(table -> !tables.contains(table)).toList();
        mine(session -> source.database().run(reading -> {
            gone.forEach(table -> session.sql(Table.drop(table)).execute());
            tables.forEach(table -> count(
                    reading, session, "pg_get_serial_sequence(%s, 'pk')".formatted(literal("public." + quote(table)))));
            count(reading, session, "'webhookdb.changes'");
            WHOLE.forEach((table, columns) -> replace(reading, session, table, columns));
            session.sql("delete from webhookdb.mover").execute();
        }));
    }

    private static void replace(Session reading, Session session, String table, String columns) {
        session.sql("delete from webhookdb." + table).execute();
        Copy.rows(
                reading,
                "select %s from webhookdb.%s".formatted(columns, table),
                session,
                "webhookdb.%s (%s)".formatted(table, columns));
    }

    private static void count(Session reading, Session session, String sequence) {
        String name = reading.sql("select (%s)::regclass::text as name".formatted(sequence))
                .one(row -> row.text("name"));
        long last = reading.sql("select last_value as last from " + name).one(row -> row.number("last"));
        session.sql("select setval(%s, :last)".formatted(sequence))
                .bind("last", last)
                .list(row -> "");
    }

    /**
     * Removes what a move that came to nothing leaves behind, whoever worked on it; what is not ours stays.
     *
     * @param tables of the source
     */
    void forget(List<String> tables) {
        takeOver();
        List<String> copied =
                new Source(database).tables().stream().filter(tables::contains).toList();
        mine(session -> {
            copied.forEach(table -> session.sql(Table.drop(table)).execute());
            session.sql("drop schema webhookdb cascade").execute();
        });
    }

    private void mine(Consumer<Session> work) {
        database.transaction(LIMIT, session -> {
            requireMine(session);
            work.accept(session);
            return true;
        });
    }

    private void requireMine(Session session) {
        boolean mine = session.sql("select host from webhookdb.mover for share")
                .first(row -> row.uuid("host").equals(move.holder()))
                .orElse(false);
        if (!mine) {
            throw new LostMigrationException();
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
