package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What making events and deliveries of changes tells. Thread-safe. */
public final class DispatchMetrics {
    private final Map<Outcome, Timer> portions;
    private final Counter changes;
    private final Counter events;
    private final Counter deliveries;
    private final Map<Long, Known> behind = new ConcurrentHashMap<>();

    /** What came of some changes of a table. */
    public enum Outcome {
        /** Whoever wants to know of them is told. */
        TOLD,
        /** Another host had told them. */
        OUTRUN,
        /** They could not be told, and are tried again. */
        FAILED,
        /** They were dropped before they were told. */
        LOST
    }

    /**
     * Changes of a table that wait.
     *
     * @param age of the oldest of them
     */
    public record Backlog(long integrationId, long changes, Duration age) {}

    /** @param since when the oldest change was committed, by {@link System#nanoTime} */
    private record Known(long organizationId, long changes, long since) {}

    DispatchMetrics(Metrics metrics) {
        this.portions = metrics.timers(Metric.NOTIFY_DISPATCH, Outcome.class);
        this.changes = metrics.counter(Metric.NOTIFY_CHANGES);
        this.events = metrics.counter(Metric.NOTIFY_EVENTS);
        this.deliveries = metrics.counter(Metric.NOTIFY_DELIVERIES);
        metrics.gauge(
                Metric.NOTIFY_BEHIND,
                this,
                known ->
                        known.behind.values().stream().mapToLong(Known::changes).sum());
        metrics.gauge(Metric.NOTIFY_BEHIND_AGE, this, known -> known.oldest().toMillis() / 1e3);
    }

    /** Notes what came of a portion of changes, and how long it took. */
    public void portion(Outcome outcome, Duration took) {
        portions.get(outcome).record(took);
    }

    /** Notes changes that were taken from a change log. */
    public void taken(int number) {
        changes.increment(number);
    }

    /** Notes events that were made, and deliveries of them that were queued. */
    public void made(int madeEvents, int queuedDeliveries) {
        events.increment(madeEvents);
        deliveries.increment(queuedDeliveries);
    }

    /** Replaces what is told of an organization. The age grows from then on, whether or not somebody can look again. */
    public void behind(long organizationId, List<Backlog> backlogs) {
        long now = System.nanoTime();
        behind.values().removeIf(known -> known.organizationId() == organizationId);
        backlogs.forEach(backlog -> behind.put(
                backlog.integrationId(),
                new Known(organizationId, backlog.changes(), now - backlog.age().toNanos())));
    }

    /** Notes that nothing of a table waits any more. */
    public void upToDate(long integrationId) {
        behind.remove(integrationId);
    }

    /** Forgets organizations of which nobody wants to know anything any more. */
    public void retain(Collection<Long> organizations) {
        behind.values().removeIf(known -> !organizations.contains(known.organizationId()));
    }

    private Duration oldest() {
        long now = System.nanoTime();
        return Duration.ofNanos(behind.values().stream()
                .mapToLong(known -> now - known.since())
                .max()
                .orElse(0));
    }
}
