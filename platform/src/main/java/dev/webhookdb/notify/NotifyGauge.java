package dev.webhookdb.notify;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.NotifyMetrics;
import dev.webhookdb.observe.NotifyMetrics.Waiting;
import dev.webhookdb.sql.Database;
import java.time.Duration;

/** Tells how many deliveries wait, and forgets statistics that nobody looks at any more. Thread-safe. */
final class NotifyGauge implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final Duration FORGETTING = Duration.ofHours(1);

    private final BackgroundTask looking;
    private final BackgroundTask forgetting;

    NotifyGauge(Database platform, NotifyMetrics metrics, BackgroundTasks tasks) {
        this.looking = tasks.start("delivery-gauge", LOOK, () -> metrics.replace(waiting(platform)));
        this.forgetting = tasks.start("delivery-statistics", FORGETTING, () -> forget(platform));
    }

    /** What is held or paused is not late: it waits for the endpoint, or for somebody. */
    private static Waiting waiting(Database platform) {
        return platform.transaction(session -> session.sql("""
                        select
                          (select count(*) from delivery_queue) as deliveries,
                          (select greatest(0, coalesce(extract(epoch from clock_timestamp() - min(due_at)) * 1000, 0))::bigint
                            from (
                              select (select min(due_at) from delivery_queue where subscription_id = subscription.id and claimed_by is null)
                                as due_at
                              from subscription join subscription_health as health on health.subscription_id = subscription.id
                              where status = 'active' and holds = 0
                            ) as each) as oldest,
                          (select count(*) from subscription_health where holds > 0) as held""")
                .one(row -> new Waiting(
                        row.number("deliveries"), Duration.ofMillis(row.number("oldest")), row.number("held"))));
    }

    private static void forget(Database platform) {
        platform.run(session -> session.sql(
                        "delete from delivery_statistic where hour < clock_timestamp() - interval '31 days'")
                .execute());
    }

    @Override
    public void close() {
        looking.close();
        forgetting.close();
    }
}
