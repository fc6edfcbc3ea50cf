package dev.webhookdb.observe;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Metrics of which each one was measured once. */
final class Measured {
    private Measured() {}

    /** Measures something of everything there is, and returns what Prometheus would read then. */
    static String everything(Metrics metrics) {
        metrics.watch(MemoryBudgets.of(1L << 30));
        metrics.ingest().committed(7, 1_000_000);
        metrics.journal().watch(() -> 3, () -> 4_096, () -> 1.5);
        metrics.apply().stored(Duration.ofSeconds(3));
        metrics.queue().replace(List.of());
        metrics.audit().replace(0, 0);
        metrics.store().timed(StoreMetrics.Source.WEBHOOK, 1, () -> true);
        metrics.pool("platform").watch(() -> 3, () -> 1);
        metrics.backfill().waits(Duration.ofSeconds(1));
        metrics.outbound().provider("api.stripe.com", Optional.of(200), 1_000_000);
        metrics.dispatching().portion(DispatchMetrics.Outcome.TOLD, Duration.ofMillis(5));
        metrics.notifications().attempted(NotifyMetrics.Outcome.DELIVERED, Duration.ofMillis(5));
        metrics.syncs().sent(true, 3, Duration.ofMillis(5));
        metrics.traces().sent(1);
        new BackgroundTasks(metrics.tasks()).attempt("mail", () -> {});
        return metrics.scrape().orElseThrow();
    }
}
