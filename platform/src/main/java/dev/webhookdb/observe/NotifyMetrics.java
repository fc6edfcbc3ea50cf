package dev.webhookdb.observe;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;

/** What delivering events tells. Thread-safe. */
public final class NotifyMetrics {
    private final Map<Outcome, Timer> attempts;
    private final Timer firstAttempt;
    private volatile Waiting waiting = new Waiting(0, Duration.ZERO, 0);

    /** What came of an attempt. */
    public enum Outcome {
        DELIVERED,
        /** The endpoint is there and did not take it. */
        REFUSED,
        /** The endpoint did not answer, or is overloaded. */
        DOWN
    }

    /**
     * What waits.
     *
     * @param oldest for how long the oldest has been due that could be delivered now
     * @param held endpoints whose deliveries are held back
     */
    public record Waiting(long deliveries, Duration oldest, long held) {}

    NotifyMetrics(Metrics metrics) {
        this.attempts = metrics.timers(Metric.NOTIFY_ATTEMPTS, Outcome.class);
        this.firstAttempt = metrics.timer(Metric.NOTIFY_FIRST_ATTEMPT);
        metrics.gauge(Metric.NOTIFY_QUEUE_DEPTH, this, known -> known.waiting.deliveries());
        metrics.gauge(
                Metric.NOTIFY_QUEUE_AGE, this, known -> known.waiting.oldest().toMillis() / 1e3);
        metrics.gauge(Metric.NOTIFY_BREAKERS, this, known -> known.waiting.held());
    }

    /** Notes an attempt. */
    public void attempted(Outcome outcome, Duration took) {
        attempts.get(outcome).record(took);
    }

    /** Notes how long an event waited for its first attempt. */
    public void firstAttempt(Duration waited) {
        firstAttempt.record(waited.isNegative() ? Duration.ZERO : waited);
    }

    /** Replaces what is told of what waits. */
    public void replace(Waiting now) {
        waiting = now;
    }
}
