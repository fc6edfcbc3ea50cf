package dev.webhookdb.apply;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.QueueMetrics;
import dev.webhookdb.sql.Database;
import java.time.Duration;

/** Looks now and then how many webhooks of which organization wait, and since when. Thread-safe. */
public final class QueueGauge implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(15);

    /** A queue of which so much waits is not worth counting to the last. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Database platform;
    private final QueueMetrics metrics;
    private final BackgroundTask looking;

    private QueueGauge(Database platform, QueueMetrics metrics, BackgroundTasks tasks, Duration pause) {
        this.platform = platform;
        this.metrics = metrics;
        this.looking = tasks.start("queue-gauge", pause, this::look);
    }

    /** Begins to look. */
    public static QueueGauge start(Database platform, QueueMetrics metrics, BackgroundTasks tasks) {
        return new QueueGauge(platform, metrics, tasks, PAUSE);
    }

    private void look() {
        metrics.replace(platform.transaction(
                LIMIT,
                session -> session.sql("""
                        select organization_id, sum(webhooks)::bigint as webhooks,
                               greatest(extract(epoch from clock_timestamp() - min(oldest)) * 1000, 0)::bigint as milliseconds
                          from (select endpoint_id, count(*) as webhooks, min(received_at) as oldest
                                  from webhook_queue group by endpoint_id) as waiting
                          join endpoint on endpoint.id = endpoint_id
                         group by organization_id""")
                        .list(row -> new QueueMetrics.Waiting(
                                row.number("organization_id"),
                                row.number("webhooks"),
                                Duration.ofMillis(row.number("milliseconds"))))));
    }

    @Override
    public void close() {
        looking.close();
    }
}
