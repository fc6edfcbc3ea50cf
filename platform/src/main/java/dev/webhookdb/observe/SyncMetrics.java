package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;

/** What sending pages tells. Thread-safe. */
public final class SyncMetrics {
    private final Map<Outcome, Timer> requests;
    private final Counter rows;

    private enum Outcome {
        ACKNOWLEDGED,
        FAILED
    }

    SyncMetrics(Metrics metrics) {
        this.requests = metrics.timers(Metric.SYNC_REQUESTS, Outcome.class);
        this.rows = metrics.counter(Metric.SYNC_ROWS);
    }

    /** Notes a request with a page. */
    public void sent(boolean acknowledged, int number, Duration took) {
        requests.get(acknowledged ? Outcome.ACKNOWLEDGED : Outcome.FAILED).record(took);
        if (acknowledged) {
            rows.increment(number);
        }
    }
}
