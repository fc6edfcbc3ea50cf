package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What listing providers tells. Thread-safe. */
public final class BackfillMetrics {
    private final Counter pages;
    private final Counter resources;
    private final Counter changed;
    private final Timer waits;

    BackfillMetrics(Metrics metrics) {
        this.pages = metrics.counter(Metric.BACKFILL_PAGES);
        this.resources = metrics.counter(Metric.BACKFILL_RESOURCES);
        this.changed = metrics.counter(Metric.BACKFILL_CHANGED);
        this.waits = metrics.timer(Metric.BACKFILL_WAIT);
    }

    /** Notes that pages were stored, with so many resources, and how many rows came to be or became different. */
    public void stored(int pageCount, int resourceCount, int changedCount) {
        pages.increment(pageCount);
        resources.increment(resourceCount);
        changed.increment(changedCount);
    }

    /** Notes that a backfill waits before it tries again. */
    public void waits(Duration delay) {
        waits.record(delay);
    }
}
