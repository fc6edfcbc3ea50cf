package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;

/** What sending traces tells. Thread-safe. */
public final class TraceMetrics {
    private final Counter sent;
    private final Counter dropped;

    TraceMetrics(Metrics metrics) {
        this.sent = metrics.counter(Metric.TRACES_SENT);
        this.dropped = metrics.counter(Metric.TRACES_DROPPED);
    }

    /** Notes spans that the collector took. */
    public void sent(int spans) {
        sent.increment(spans);
    }

    /** Notes spans for which there was no room, or which the collector did not take. */
    public void dropped(int spans) {
        dropped.increment(spans);
    }
}
