package dev.webhookdb.observe;

import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** What the connections of a kind tell. Thread-safe. */
public final class PoolMetrics {
    private enum Outcome {
        OBTAINED,
        FAILED
    }

    private final Metrics metrics;
    private final String kind;
    private final Map<Outcome, Timer> waits;

    PoolMetrics(Metrics metrics, String kind) {
        this.metrics = metrics;
        this.kind = kind;
        this.waits = metrics.timers(Metric.POOL_WAIT, Outcome.class, kind);
    }

    /** Notes that somebody waited for a connection, in vain or not. */
    public void waited(boolean obtained, long nanoseconds) {
        waits.get(obtained ? Outcome.OBTAINED : Outcome.FAILED).record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    /** Shows how many connections there are. */
    public void watch(IntSupplier all, IntSupplier idle) {
        metrics.gauge(Metric.POOL_CONNECTIONS, idle, IntSupplier::getAsInt, kind, "idle");
        metrics.gauge(
                Metric.POOL_CONNECTIONS,
                all,
                supplier -> Math.max(0, supplier.getAsInt() - idle.getAsInt()),
                kind,
                "in_use");
    }
}
