package dev.webhookdb.migration;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.schema.WriteFence;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Duration;
import java.util.List;

/**
 * The database that an organization moves out of.
 *
 * <p>While it moves, a trigger of each table writes down which rows were written ({@code webhookdb.moving}); at the end, another one
 * refuses every write, by whichever host.
 */
final class Source {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Database database;
    private final Duration patience;

    Source(Database database) {
        this(database, PATIENCE);
    }

    /** @param patience for how long writers are waited for, while others wait behind: a lock that is not had by then is a conflict */
    Source(Database database, Duration patience) {
        this.database = database;
        this.patience = patience;
    }

    Database database() {
        return database;
    }

    /** Returns the names of the tables that are filled from webhooks and listings: they have change numbers. */
    List<String> tables() {
        return database.transaction(OrganizationSchema::tables);
    }

    /** Returns the numbers of the integrations whose tables somebody follows. */
    List<Long> followed() {
        return database.transaction(
                session -> session.sql("select integration_id from webhookdb.followed order by integration_id")
                        .list(row -> row.number("integration_id")));
    }

    /** Brings the schema of the database to the version that writing down needs, once writers are let in. */
    void prepare() {
        database.run(OrganizationSchema.standard()::requireKnown);
        reopen();
        OrganizationSchema.standard().migrate(database);
    }

    /** Writes down from now on what is written to a table; what was written before can be read when this returns. */
    void follow(String table) {
        database.run(session -> {
            boolean followed = session.sql("""
                            select exists (select from pg_trigger
                              where tgrelid = to_regclass('public.' || quote_ident(:table)) and tgname = 'webhookdb_follow') as there""").bind("table", table).one(row -> row.flag("there"));
            if (!followed) {
                session.waitForLocks(patience);
                session.sql(
                                "create trigger webhookdb_follow after insert or update on public.%s for each row execute function webhookdb.follow()"
                                        .formatted(quote(table)))
                        .execute();
            }
        });
    }

    /** Lets nobody write any more, on any host: when this returns, whatever was written can be read. */
    void close() {
        database.run(session -> {
            session.waitForLocks(patience);
            WriteFence.close().forEach(statement -> session.sql(statement).execute());
            OrganizationSchema.tables(session)
                    .forEach(table -> session.sql(
                                    "create or replace trigger webhookdb_moved before insert or update or delete on public.%s for each statement execute function webhookdb.moved()"
                                            .formatted(quote(table)))
                            .execute());
        });
    }

    /** The opposite of {@link #close}; does nothing where nothing is closed. */
    void reopen() {
        removeTriggers("webhookdb_moved");
        database.run(session -> session.sql(WriteFence.open()).execute());
    }

    /** Removes what a move needs, when there is to be none after all. */
    void forget() {
        prepare();
        removeTriggers("webhookdb_follow");
        database.run(session -> session.sql("delete from webhookdb.moving").execute());
    }

    private void removeTriggers(String name) {
        database.run(session -> {
            session.waitForLocks(patience);
            session.sql("""
                            select relname::text as name from pg_trigger join pg_class on pg_class.oid = tgrelid
                            where tgname = :trigger and relnamespace = 'public'::regnamespace""")
                    .bind("trigger", name)
                    .list(row -> row.text("name"))
                    .forEach(table -> session.sql("drop trigger %s on public.%s".formatted(quote(name), quote(table)))
                            .execute());
        });
    }

    /** Returns the last {@code pk} of the next batch of a table, {@code from} on; less than that if there are no more rows. */
    long end(String table, long from, int rows) {
        return database.transaction(session -> session.sql("""
                        select coalesce(max(pk), :from - 1) as last from (
                          select pk from public.%s where pk >= :from order by pk limit :rows) as batch""".formatted(quote(table)))
                .bind("from", from)
                .bind("rows", rows)
                .one(row -> row.number("last")));
    }

    /** Returns what was written down of a table, the oldest first. */
    List<Written> written(String table, int most) {
        return database.transaction(session -> session.sql(
                        "select id, pk from webhookdb.moving where table_name = :table order by id limit :most")
                .bind("table", table)
                .bind("most", most)
                .list(row -> new Written(row.number("id"), row.number("pk"))));
    }

    /** Crosses out what was copied. */
    void cross(List<Written> copied) {
        database.run(session -> session.sql("delete from webhookdb.moving where id = any(:ids)")
                .bind("ids", copied.stream().mapToLong(Written::id).toArray())
                .execute());
    }

    /** A row that was written. */
    record Written(long id, long pk) {}
}
