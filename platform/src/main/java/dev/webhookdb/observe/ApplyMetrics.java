package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What storing what webhooks say tells. Thread-safe. */
public final class ApplyMetrics {
    /** Where a webhook came to. */
    public enum Outcome {
        /** Its rows are stored. */
        DONE,
        /** What it names is being fetched. */
        FETCHING,
        /** It says nothing about a table. */
        IGNORED,
        /** It is given up, and can be replayed. */
        FAILED,
        /** It is tried again. */
        RETRY
    }

    private final Timer batches;
    private final DistributionSummary sizes;
    private final Map<Outcome, Counter> webhooks;
    private final Timer delay;

    ApplyMetrics(Metrics metrics) {
        this.batches = metrics.timer(Metric.APPLY_BATCH);
        this.sizes = metrics.summary(Metric.APPLY_BATCH_SIZE);
        this.webhooks = metrics.counters(Metric.APPLY_WEBHOOKS, Outcome.class);
        this.delay = metrics.timer(Metric.APPLY_DELAY);
    }

    /** Notes that a batch was read and stored, which took so many nanoseconds. */
    public void batch(int webhookCount, long nanoseconds) {
        batches.record(nanoseconds, TimeUnit.NANOSECONDS);
        sizes.record(webhookCount);
    }

    /** Notes where a webhook came to. */
    public void settled(Outcome outcome) {
        webhooks.get(outcome).increment();
    }

    /** Notes that the rows of a webhook are stored, and how long after it was received. */
    public void stored(Duration sinceReceived) {
        settled(Outcome.DONE);
        delay.record(sinceReceived);
    }
}
