package dev.webhookdb.integration;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Column;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Fills columns that were added to tables with rows, and builds their indexes, while webhooks keep arriving. Thread-safe.
 *
 * <p>Rows are filled in chunks from the lowest {@code pk} up. Each chunk is a transaction of its own that is, for as long as it
 * lasts, the table's only writer (the same lock as an upsert), moves the note {@code webhookdb.column_fill} forward, and is small
 * enough that writers wait for some tens of milliseconds. Rows that arrive meanwhile bring their value along. What is filled twice,
 * after a crash, stays as it is.
 *
 * <p>A connector may be replaced while its tables are being filled: what goes on is always what the newest of its releases declares. A
 * note about a column that this one does not have stays, for a release that has it.
 */
public final class ColumnFiller implements AutoCloseable {
    private static final int CHUNK = 2_000;
    private static final Duration BREATHER = Duration.ofMillis(20);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final BackgroundTasks tasks;

    /** What is being filled, as it was declared last. */
    private final Map<String, Table> running = new ConcurrentHashMap<>();

    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param tasks where it is seen whether that works */
    public ColumnFiller(BackgroundTasks tasks) {
        this.tasks = tasks;
    }

    /** Notes, in the transaction that adds or widens a column, that it is to be filled. */
    static void note(Session session, Table table, Column column) {
        session.sql("""
                        insert into webhookdb.column_fill values (:table, :column, 0)
                        on conflict (table_name, column_name) do update set next_pk = 0""")
                .bind("table", table.name())
                .bind("column", column.name())
                .execute();
    }

    /** Drops the notes about a table that is dropped. */
    static void forget(Session session, String table) {
        session.sql("delete from webhookdb.column_fill where table_name = :table")
                .bind("table", table)
                .execute();
    }

    /** Takes the notes about a table along when it is renamed. */
    static void rename(Session session, String table, String other) {
        session.sql("update webhookdb.column_fill set table_name = :other where table_name = :table")
                .bind("table", table)
                .bind("other", other)
                .execute();
    }

    /** Returns whether there is something left to fill in the columns that a table declares. */
    public static boolean isFilling(Session session, Table table) {
        return session.sql("""
                        select exists (
                          select from webhookdb.column_fill
                          where table_name = :table and column_name = any(:columns)) as filling""")
                .bind("table", table.name())
                .bind(
                        "columns",
                        table.resource().columns().stream().map(Column::name).toArray(String[]::new))
                .one(row -> row.flag("filling"));
    }

    /** Starts what is left to do for a table; if this host is at it already, it goes on with what the table is now. */
    void start(Database organization, Table table) {
        String job = job(organization, table);
        if (closed.getCount() == 0 || running.put(job, table) != null) {
            return;
        }
        Thread.ofVirtual().name("fill " + table.name()).start(() -> finish(organization, table.name(), job));
    }

    /**
     * Says what a table is about to be, before its columns are added or widened: whoever finds a note about them then finds out how they
     * are filled.
     */
    void expect(Database organization, Table table) {
        running.replace(job(organization, table), table);
    }

    private static String job(Database organization, Table table) {
        return System.identityHashCode(organization) + "/" + table.name();
    }

    /** Stops after the chunks that are being filled. */
    @Override
    public void close() {
        closed.countDown();
    }

    private void finish(Database organization, String name, String job) {
        String task = "fill-columns " + name;
        while (closed.getCount() > 0 && !tasks.attempt(task, () -> fillAll(organization, job))) {
            pause(AFTER_FAILURE);
        }
        tasks.ended(task);
    }

    private void fillAll(Database organization, String job) {
        while (closed.getCount() > 0) {
            Table table = running.get(job);
            if (fillChunk(organization, table, () -> running.get(job))) {
                pause(BREATHER);
                continue;
            }
            index(organization, table);
            if (running.remove(job, table)) {
                return;
            }
        }
    }

    /** Fills the next chunk of the column that is least far. Returns false when there is nothing left to fill. */
    private static boolean fillChunk(Database organization, Table table, Supplier<Table> newest) {
        return organization.transaction(session -> {
            session.sql(table.writes().lock()).list(row -> "");
            List<Note> notes = session.sql("""
                            select column_name, next_pk from webhookdb.column_fill
                            where table_name = :table order by next_pk, column_name for update""")
                    .bind("table", table.name())
                    .list(row -> new Note(row.text("column_name"), row.number("next_pk")));
            // asked for after the notes: what is noted was expected before
            Table now = newest.get();
            Optional<Note> next = notes.stream()
                    .filter(note -> column(now, note.column()).isPresent())
                    .findFirst();
            next.ifPresent(note -> fill(session, now, note));
            return next.isPresent();
        });
    }

    private static Optional<Column> column(Table table, String name) {
        return table.resource().columns().stream()
                .filter(declared -> declared.name().equals(name))
                .findFirst();
    }

    private static void fill(Session session, Table table, Note note) {
        List<Column> column = column(table, note.column()).stream().toList();
        long end = session.sql("""
                        select coalesce(max(pk), 0) as highest, count(*) as found from (
                          select pk from public.%s where pk >= :from order by pk limit :chunk) as chunk""".formatted(Identifiers.quote(table.name())))
                .bind("from", note.nextPk())
                .bind("chunk", CHUNK)
                .one(row -> row.number("found") == 0 ? note.nextPk() : row.number("highest") + 1);
        boolean finished = end == note.nextPk();
        if (!finished) {
            session.sql(table.fill(column))
                    .bind("from", note.nextPk())
                    .bind("to", end)
                    .execute();
        }
        session.sql(
                        finished
                                ? "delete from webhookdb.column_fill where table_name = :table and column_name = :column and :end >= 0"
                                : "update webhookdb.column_fill set next_pk = :end where table_name = :table and column_name = :column")
                .bind("table", table.name())
                .bind("column", note.column())
                .bind("end", end)
                .execute();
    }

    /** Builds the indexes that are missing; one that a crash left half-built is dropped first. */
    private static void index(Database organization, Table table) {
        Set<String> valid = organization.transaction(
                session -> session.sql("""
                        select relname::text as name from pg_index join pg_class on pg_class.oid = indexrelid
                        where indrelid = to_regclass('public.' || quote_ident(:table)) and indisvalid""").bind("table", table.name()).list(row -> row.text("name")).stream()
                        .collect(Collectors.toSet()));
        table.resource().columns().stream()
                .filter(column -> column.indexed() && !valid.contains(table.indexName(column)))
                .forEach(column -> organization.autocommit(session -> {
                    session.sql(table.dropIndex(column)).execute();
                    return session.sql(table.indexConcurrently(column)).execute();
                }));
    }

    private void pause(Duration time) {
        try {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private record Note(String column, long nextPk) {}
}
