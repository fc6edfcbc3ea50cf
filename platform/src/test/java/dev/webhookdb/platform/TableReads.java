package dev.webhookdb.platform;

import static org.awaitility.Awaitility.await;

import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What PostgreSQL has read of a table so far.
 *
 * @param rows in the order of their place, which is how a table is read as a whole
 * @param blocks of the table and its indexes
 */
public record TableReads(long rows, long blocks) {
    /** Longer than PostgreSQL puts off what it counted. */
    private static final Duration STEADY = Duration.ofMillis(2_500);

    /** Waits until PostgreSQL has counted, which it does with a delay that ends when the connection has something to do later. */
    public static TableReads of(Database database, String table) {
        AtomicReference<TableReads> latest = new AtomicReference<>(counted(database, table));
        await("PostgreSQL has counted")
                .during(STEADY)
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    TableReads now = counted(database, table);
                    return now.equals(latest.getAndSet(now));
                });
        return latest.get();
    }

    private static TableReads counted(Database database, String table) {
        return database.transaction(session -> session.sql("""
                        select seq_tup_read, heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read as blocks
                        from pg_stat_user_tables join pg_statio_user_tables using (relid) where relid = :table::text::regclass""")
                .bind("table", table)
                .one(row -> new TableReads(row.number("seq_tup_read"), row.number("blocks"))));
    }

    public TableReads since(TableReads before) {
        return new TableReads(rows - before.rows, blocks - before.blocks);
    }
}
