package dev.webhookdb.notify;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A delivery that nobody will make any more: its subscription was disabled, or it ended its hosts. It is kept as failed, and can be retried
 * by hand.
 */
record GivenUp(long id, Instant at, long subscription, Optional<String> rowKey, String reason) {
    /** They are given up in steps, so that nobody waits long for what a step locks. */
    private static final int STEP = 1_000;

    /**
     * Gives up those there are.
     *
     * @return how many it were
     */
    static long all(Database platform) {
        long total = 0;
        int step = STEP;
        while (step == STEP) {
            step = platform.<Integer>transaction(GivenUp::step);
            total += step;
        }
        return total;
    }

    private static int step(Session session) {
        List<GivenUp> given = session.sql("""
                        with given as (
                          delete from delivery_queue where id in (
                            select queued.id from delivery_queue as queued
                            left join subscription on subscription.id = subscription_id and status = 'disabled'
                            where parked_at is not null
                              or (subscription.id is not null and (claimed_by is null or due_at < clock_timestamp()))
                            order by queued.id limit :most for update of queued skip locked)
                          returning id, delivery_at, subscription_id, row_key, case when parked_at is not null then reason end as reason
                        )
                        select id, delivery_at, subscription_id, row_key, coalesce(reason, 'The endpoint was disabled.') as reason
                        from given""").bind("most", STEP).list(GivenUp::read);
        if (!given.isEmpty()) {
            session.sql("""
                            update delivery set status = 'failed', error = reason, finished_at = clock_timestamp()
                            from unnest(:keys, :times, :reasons) as given (key, at, reason)
                            where id = key and created_at = at""")
                    .bind("keys", Settlements.numbers(given, GivenUp::id))
                    .bind("times", given.stream().map(GivenUp::at).toArray(Instant[]::new))
                    .bind("reasons", given.stream().map(GivenUp::reason).toArray(String[]::new))
                    .execute();
            Turns.left(
                    session,
                    given.stream()
                            .map(one -> new Turns.Left(one.subscription(), one.rowKey()))
                            .toList());
        }
        return given.size();
    }

    private static GivenUp read(Row row) {
        return new GivenUp(
                row.number("id"),
                row.instant("delivery_at"),
                row.number("subscription_id"),
                row.optionalText("row_key"),
                row.text("reason"));
    }
}
