package dev.webhookdb.sync;

import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * When targets are looked at: a queue in which each has its row for as long as it is there. Who wants a target that is being looked at now
 * leaves a note, and it is looked at once more.
 */
final class Runs {
    /** The table, and whom a change of it wakes. */
    static final String QUEUE = "sync_run";

    /** Why a target is put off: a sentence, with {@code %d} for how many hosts it were. */
    static final String PUT_OFF =
            "%d hosts ended while its rows were being sent. The server's log says how. It is tried again after a pause.";

    private static final int OF_AN_ORGANIZATION = 16;

    static final QueueTable TABLE = QueueTable.of(QUEUE, "organization_id", QueueTable.Type.NUMBER, "id as target")
            .inFlightAtMost(OF_AN_ORGANIZATION)
            .putOffWhenPoisoned(PUT_OFF, Pauses.doubling(Duration.ofMinutes(1), Duration.ofHours(1)));

    private Runs() {}

    /** Wants a target looked at at once, also while it waits after a failure; one that is paused stays so. */
    static void want(Session session, long target) {
        session.sql("""
                        update sync_run set wanted = true,
                          due_at = case when due_at is not null and claimed_by is null then clock_timestamp() else due_at end
                        where id = :id""").bind("id", target).execute();
    }

    /** Wants those looked at that sync when something changes, but for those that wait after a failure. */
    static void changed(Database platform, Collection<Long> targets) {
        platform.run(session -> {
            int due = session.sql("""
                            with mine as (
                              select id from sync_run where id = any (:ids) and not wanted order by id for update
                            )
                            update sync_run set wanted = true,
                              due_at = case when due_at is not null and claimed_by is null and attempts = 0
                                then clock_timestamp() else due_at end
                            from mine where mine.id = sync_run.id""")
                    .bind("ids", targets.stream().mapToLong(Long::longValue).toArray())
                    .execute();
            if (due > 0) {
                WakeUps.tell(session, QUEUE);
            }
        });
    }

    /** Takes a target out; what is under way comes to its end, and takes it out then. */
    static void pause(Session session, long target) {
        session.sql("update sync_run set due_at = null where id = :id and claimed_by is null")
                .bind("id", target)
                .execute();
    }

    /** Puts a target in again, as if nothing had ever failed. */
    static void resume(Session session, long target) {
        session.sql("""
                        update sync_run set wanted = true, parked_at = null, reason = null,
                          attempts = case when claimed_by is null then 0 else attempts end,
                          deaths = case when claimed_by is null then 0 else deaths end,
                          due_at = case when claimed_by is null then clock_timestamp() else due_at end
                        where id = :id""").bind("id", target).execute();
    }

    /**
     * Notes that what is looked at from now on is newer than what anybody wanted; but not if a window is under way, which was opened
     * before: when it is through, the target is looked at again.
     */
    static void begin(Session session, Lease<Long> lease) {
        session.sql("""
                        update sync_run
                        set wanted = wanted and exists (select from sync_progress where target_id = :key and window_until is not null)
                        where id = :key and %s""".formatted(QueueTable.HELD))
                .bind("key", lease.key())
                .bind("claim", lease.claim())
                .execute();
    }

    /** Keeps the row until the transaction ends, and returns whether it is still held under a claim. */
    static boolean hold(Session session, Lease<Long> lease) {
        return session.sql("select id from sync_run where id = :key and %s for update".formatted(QueueTable.HELD))
                .bind("key", lease.key())
                .bind("claim", lease.claim())
                .first(row -> row.number("id"))
                .isPresent();
    }

    /** Notes that something was sent: hosts that ended before do not count any more. */
    static void wentOn(Session session, Lease<Long> lease) {
        session.sql("update sync_run set deaths = 0, reason = null where id = :key and deaths > 0 and %s"
                        .formatted(QueueTable.HELD))
                .bind("key", lease.key())
                .bind("claim", lease.claim())
                .execute();
    }

    /**
     * Gives a target back, in the transaction of what was done.
     *
     * @param next in how long it is to be looked at again; empty for not until somebody resumes it, whoever wants it
     * @param soon in how long, if somebody wants it
     */
    static void end(Session session, Lease<Long> lease, Optional<Duration> next, Duration soon) {
        session.sql("""
                        update sync_run set claimed_by = null, attempts = 0, deaths = 0, reason = null,
                          due_at = clock_timestamp() + interval '1 millisecond'
                            * case when wanted and :next::bigint is not null then least(:soon, :next) else :next end
                        where id = :key and %s""".formatted(QueueTable.HELD))
                .bind("next", next.map(Duration::toMillis).orElse(null))
                .bind("soon", soon.toMillis())
                .bind("key", lease.key())
                .bind("claim", lease.claim())
                .execute();
    }
}
