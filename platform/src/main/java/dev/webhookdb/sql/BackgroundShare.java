package dev.webhookdb.sql;

import dev.webhookdb.observe.PoolMetrics;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many of a pool's connections background work may have at a time: hundreds of threads that all begin at once, as when a host starts,
 * leave some to those whom somebody waits for. Thread-safe.
 */
final class BackgroundShare {
    /** Slow commits make background work late, not fail. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Semaphore turns;
    private final Optional<PoolMetrics> metrics;

    /** The right to ask for a connection; given back after it. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** @param connections at a time, at least 1 */
    BackgroundShare(int connections, Optional<PoolMetrics> metrics) {
        this.turns = new Semaphore(connections, true);
        this.metrics = metrics;
    }

    /**
     * Waits for a turn. Those come first who came first.
     *
     * @throws SQLException if there was none within 10 s
     */
    Turn take() throws SQLException {
        if (turns.hasQueuedThreads() || !turns.tryAcquire()) {
            await();
        }
        return turns::release;
    }

    private void await() throws SQLException {
        long begun = System.nanoTime();
        boolean obtained = false;
        try {
            obtained = turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("It was interrupted while it waited for a connection.", e);
        } finally {
            long nanoseconds = System.nanoTime() - begun;
            boolean given = obtained;
            metrics.ifPresent(told -> told.waited(given, nanoseconds));
        }
        if (!obtained) {
            throw new SQLTransientConnectionException(
                    "What is done in the background has all connections it may have, and none came free for %d s."
                            .formatted(PATIENCE.toSeconds()));
        }
    }
}
