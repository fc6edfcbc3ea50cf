package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How often each integration is read again: polled as its connector says, or reconciled if webhooks keep it fresh, unless the operator
 * wants something else. Thread-safe.
 */
public final class Timetable {
    private static final String PREFIX = "backfill:";
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private final Database platform;
    private final Integrations integrations;
    private final ConnectorRegistry connectors;
    private final Duration reconciliation;
    private final PollSchedule schedule;

    /** What tells that something is due. */
    public interface PollSchedule {
        /** Makes a task due at an interval; one that already is keeps its times. */
        void every(String task, Duration interval, Duration first);

        /** Makes a task never due again. */
        void cancel(String task);

        /** Returns the names of all tasks. */
        Set<String> tasks();
    }

    /** @param reconciliation the usual interval of services that webhooks keep fresh; zero for never */
    public Timetable(
            Database platform,
            Integrations integrations,
            ConnectorRegistry connectors,
            Duration reconciliation,
            PollSchedule schedule) {
        this.platform = platform;
        this.integrations = integrations;
        this.connectors = connectors;
        this.reconciliation = reconciliation;
        this.schedule = schedule;
    }

    /** Returns the number of the integration that a task is about. */
    public static long integration(String task) {
        return Long.parseLong(task.substring(PREFIX.length()));
    }

    /** Brings the schedule in line with the integrations that there are. */
    public void align() {
        Map<Long, Duration> wanted = wanted();
        Set<String> superfluous = new HashSet<>(schedule.tasks());
        for (Integration integration : integrations.all()) {
            interval(integration, Optional.ofNullable(wanted.get(integration.id())))
                    .ifPresent(interval -> {
                        String task = PREFIX + integration.id();
                        superfluous.remove(task);
                        schedule.every(task, interval, first(integration, interval));
                    });
        }
        superfluous.forEach(schedule::cancel);
    }

    /** Returns how often an integration is read again; empty for never. */
    public Optional<Duration> interval(Integration integration) {
        return interval(integration, Optional.ofNullable(wanted().get(integration.id())));
    }

    /**
     * Sets how often an integration is read again.
     *
     * @param interval empty for as usual, zero for never, else at least a minute
     * @throws BackfillException if it is shorter
     */
    public void set(Integration integration, Optional<Duration> interval) {
        interval.filter(wish -> !wish.isZero() && wish.compareTo(SHORTEST) < 0).ifPresent(wish -> {
            throw new BackfillException("Choose an interval of at least a minute, or 'never'.");
        });
        platform.run(session -> session.sql("""
                        insert into backfill_state (integration_id, interval_seconds) values (:integration, :interval)
                        on conflict (integration_id) do update set interval_seconds = excluded.interval_seconds""")
                .bind("integration", integration.id())
                .bind("interval", interval.map(Duration::toSeconds).orElse(null))
                .execute());
        align();
    }

    /** Returns how often somebody wants integrations to be read again, by their number; zero is never, and those that are read as usual are missing. */
    public Map<Long, Duration> wishes() {
        return Map.copyOf(wanted());
    }

    private Optional<Duration> interval(Integration integration, Optional<Duration> wanted) {
        return connectors
                .resource(integration.service())
                .map(LoadedResource::resource)
                .flatMap(resource -> resource.backfill())
                .map(backfill -> wanted.or(backfill::interval).orElse(reconciliation))
                .filter(interval -> !interval.isZero());
    }

    private Map<Long, Duration> wanted() {
        Map<Long, Duration> wanted = new HashMap<>();
        platform.transaction(session -> session.sql("""
                        select integration_id, interval_seconds from backfill_state where interval_seconds is not null""")
                .list(row ->
                        wanted.put(row.number("integration_id"), Duration.ofSeconds(row.number("interval_seconds")))));
        return wanted;
    }

    /** Integrations of one minute must not all be read in one second. */
    private static Duration first(Integration integration, Duration interval) {
        long spread = Math.max(1, interval.toSeconds());
        return Duration.ofSeconds(Math.floorMod(integration.id() * 7_919, spread));
    }
}
