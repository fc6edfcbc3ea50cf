package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** What the journal of webhooks tells, to which they go while the database is away. Thread-safe. */
public final class JournalMetrics {
    private final Metrics metrics;
    private final Counter appended;
    private final Counter drained;
    private final Counter damaged;

    JournalMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.appended = metrics.counter(Metric.JOURNAL_APPENDED);
        this.drained = metrics.counter(Metric.JOURNAL_DRAINED);
        this.damaged = metrics.counter(Metric.JOURNAL_DAMAGED);
    }

    /**
     * Shows what waits.
     *
     * @param entries requests that this host appended since it started
     * @param bytes of all journals, also of those that others left here
     * @param seconds for how long the oldest of the requests has been waiting
     */
    public void watch(LongSupplier entries, LongSupplier bytes, DoubleSupplier seconds) {
        metrics.gauge(Metric.JOURNAL_ENTRIES, entries, LongSupplier::getAsLong);
        metrics.gauge(Metric.JOURNAL_BYTES, bytes, LongSupplier::getAsLong);
        metrics.gauge(Metric.JOURNAL_AGE, seconds, DoubleSupplier::getAsDouble);
    }

    /** Notes that a request was appended. */
    public void appended() {
        appended.increment();
    }

    /** Notes that requests were logged in the database. */
    public void drained(int requests) {
        drained.increment(requests);
    }

    /** Notes that places were found that cannot be read, or not be logged. */
    public void damaged(int places) {
        damaged.increment(places);
    }
}
