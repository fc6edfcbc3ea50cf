package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What storing in tables tells. Thread-safe. */
public final class StoreMetrics {
    /** Where states come from. */
    public enum Source {
        /** What webhooks say. */
        WEBHOOK,
        /** Pages of providers. */
        BACKFILL
    }

    private enum Outcome {
        STORED,
        FAILED
    }

    private final Map<Source, Map<Outcome, Timer>> upserts;
    private final Map<Source, Counter> states;

    StoreMetrics(Metrics metrics) {
        this.upserts = Metrics.each(
                Source.class, source -> metrics.timers(Metric.STORE_UPSERT, Outcome.class, Metrics.label(source)));
        this.states = metrics.counters(Metric.STORE_STATES, Source.class);
    }

    /** Stores that many states, and notes how long it took. */
    public <T> T timed(Source source, int stateCount, Supplier<T> storing) {
        long begun = System.nanoTime();
        Outcome outcome = Outcome.FAILED;
        try {
            T result = storing.get();
            outcome = Outcome.STORED;
            states.get(source).increment(stateCount);
            return result;
        } finally {
            upserts.get(source).get(outcome).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        }
    }
}
