package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wants targets looked at that sync whenever something changes: once for all that changes within a moment. Nothing is written for tables
 * that have no such target. Thread-safe.
 */
final class ChangeWatch implements AutoCloseable {
    /** Under this name hosts are told that targets are others. */
    static final String CHANNEL = "sync_target";

    private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);
    private static final Duration READING = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Database platform;
    private final Set<Long> changing = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final WakeUps wakeUps;
    private final BackgroundTask reading;
    private final Runnable waking;
    private volatile Map<Long, List<Long>> targets = Map.of();

    private ChangeWatch(Database platform, WakeUps wakeUps, BackgroundTasks tasks) {
        this.platform = platform;
        this.wakeUps = wakeUps;
        this.reading = tasks.start("read-sync-targets", READING, this::read);
        this.waking = reading::wake;
        wakeUps.register(CHANNEL, waking);
    }

    static ChangeWatch start(Database platform, WakeUps wakeUps, BackgroundTasks tasks) {
        return new ChangeWatch(platform, wakeUps, tasks);
    }

    private void read() {
        record Watched(long integration, long target) {}
        targets = platform
                .transaction(session ->
                        session.sql("""
                                select integration_id, id from sync_target where period_seconds is null and status = 'active' order by id""").list(row -> new Watched(row.number("integration_id"), row.number("id"))))
                .stream()
                .collect(Collectors.groupingBy(
                        Watched::integration, Collectors.mapping(Watched::target, Collectors.toList())));
    }

    /** Something changed in an integration's table; returns at once. */
    void changed(Integration integration) {
        if (targets.containsKey(integration.id()) && changing.add(integration.id())) {
            Thread.ofVirtual().name("want-syncs").start(() -> want(integration.id()));
        }
    }

    /** What could not be written down is tried again for as long as the host runs: nobody else knows of it. */
    private void want(long integration) {
        Duration pause = TargetLease.SOON;
        while (!closed(pause)) {
            // what changes from now on is wanted anew
            changing.remove(integration);
            try {
                Runs.changed(platform, targets.getOrDefault(integration, List.of()));
                return;
            } catch (DatabaseException e) {
                LOG.info(
                        "Syncs of the integration {} wait for the platform's database: {}",
                        integration,
                        e.getMessage());
            }
            if (!changing.add(integration)) {
                return;
            }
            pause = AGAIN;
        }
    }

    private boolean closed(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        wakeUps.forget(CHANNEL, waking);
        reading.close();
    }
}
