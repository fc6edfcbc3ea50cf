package dev.webhookdb.notify;

import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Optional;

/** The order of a row's events, where a subscription wants it: the next has its turn when the one before it left the queue. */
final class Turns {
    private Turns() {}

    /** What left the queue, or is about to. */
    record Left(long subscription, Optional<String> rowKey) {
        static Left of(Queued queued) {
            return new Left(queued.subscription(), queued.rowKey());
        }
    }

    /** Both, for what was removed before the lock was asked for. */
    static void left(Session session, List<Left> left) {
        lock(session, left);
        next(session, left);
    }

    /** Keeps those who queue events from doing so in between: each would count on the other to give the next its turn. */
    static void lock(Session session, List<Left> leaving) {
        long[] ordered = leaving.stream()
                .filter(one -> one.rowKey().isPresent())
                .mapToLong(Left::subscription)
                .distinct()
                .sorted()
                .toArray();
        lock(session, ordered);
    }

    /**
     * The same by their subscriptions.
     *
     * @param ordered those that want order, each once, ascending
     */
    static void lock(Session session, long[] ordered) {
        if (ordered.length > 0) {
            session.sql("""
                            select pg_advisory_xact_lock(hashtextextended('webhookdb.ordered.' || id, 0))
                            from (select id from unnest(:subscriptions) as ordered (id) order by id) as sorted""").bind("subscriptions", ordered).list(row -> true);
        }
    }

    /** Gives the next of each key its turn, once those before it are removed; the lock is held. */
    static void next(Session session, List<Left> left) {
        List<Left> ordered =
                left.stream().filter(one -> one.rowKey().isPresent()).toList();
        if (ordered.isEmpty()) {
            return;
        }
        session.sql("""
                        update delivery_queue set due_at = clock_timestamp()
                        where due_at is null and parked_at is null and id in (
                          select (select min(id) from delivery_queue as waiting
                            where waiting.subscription_id = done.subscription and waiting.row_key = done.key and parked_at is null)
                          from unnest(:subscriptions, :keys) as done (subscription, key))""")
                .bind(
                        "subscriptions",
                        ordered.stream().mapToLong(Left::subscription).toArray())
                .bind(
                        "keys",
                        ordered.stream().map(one -> one.rowKey().orElseThrow()).toArray(String[]::new))
                .execute();
    }
}
