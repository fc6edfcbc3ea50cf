package dev.webhookdb.apply;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down what this host works on before it begins, so that whoever takes the same from the queue later knows that a host died with
 * it. One row for a batch, which is not waited for to reach the disk: it has to survive this process, not PostgreSQL. Thread-safe.
 */
final class InHand implements AutoCloseable {
    /** A host that gave no sign of life for that long is dead; less than a delivery is hidden. */
    static final Duration DEAD = Duration.ofSeconds(10);

    private static final Duration BETWEEN_SIGNS = DEAD.dividedBy(4);

    private final Database platform;
    private final String host = UUID.randomUUID().toString();
    private final Set<Long> batches = ConcurrentHashMap.newKeySet();
    private final BackgroundTask signs;

    InHand(Database platform, BackgroundTasks tasks) {
        this.platform = platform;
        this.signs = tasks.start("apply-in-hand", BETWEEN_SIGNS, this::sign);
    }

    /** Says that this host begins to work on deliveries, and returns the number of that. */
    long begin(List<Delivery> deliveries) {
        long batch = platform.transaction(session -> {
            session.sql("set local synchronous_commit = off").execute();
            return session.sql("""
                            insert into webhook_in_hand (host, webhook_ids, alive_at)
                            values (:host, :ids, clock_timestamp()) returning id""")
                    .bind("host", host)
                    .bind("ids", Queue.ids(deliveries))
                    .one(row -> row.number("id"));
        });
        batches.add(batch);
        return batch;
    }

    /** Says, in the transaction that writes down what became of them, that it is done. */
    void end(Session session, long batch) {
        session.sql("delete from webhook_in_hand where id = :id")
                .bind("id", batch)
                .execute();
    }

    /** Gives no more signs of life for a batch, done or not; what is left of it is removed with the next sign. */
    void letGo(long batch) {
        batches.remove(batch);
    }

    /** What other hosts had in hand is kept for a day, by which it has long come back from the queue. */
    private void sign() {
        long[] alive = batches.stream().mapToLong(Long::longValue).toArray();
        platform.run(session -> {
            session.sql("set local synchronous_commit = off").execute();
            session.sql("""
                            delete from webhook_in_hand
                            where (host = :host and id <> all (:alive) and alive_at < clock_timestamp() - interval '1 second')
                              or alive_at < clock_timestamp() - interval '1 day'""").bind("host", host).bind("alive", alive).execute();
            session.sql("update webhook_in_hand set alive_at = clock_timestamp() where id = any (:alive)")
                    .bind("alive", alive)
                    .execute();
        });
    }

    @Override
    public void close() {
        signs.close();
    }
}
