package dev.webhookdb.reader;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.DataSources;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops statements that are not stopped by their own limit: one that came in portions, each with the whole limit; one that changed the
 * limit; one that catches being cancelled. First they are cancelled, then their session is ended. Thread-safe.
 */
final class Stopper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Stopper.class);
    private static final Duration CANCEL = Duration.ofMillis(250);
    private static final Duration END = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("statement-limits").factory());

    /** Work with a connection. */
    @FunctionalInterface
    interface Work<R> {
        R perform() throws SQLException;
    }

    /** Does work on a connection of a role, and stops what it does there when that takes longer than a limit. */
    <R> R within(Duration limit, Connection connection, ServerAddress address, Work<R> work) throws SQLException {
        PGConnection session = connection.unwrap(PGConnection.class);
        int process = session.getBackendPID();
        AtomicBoolean stopped = new AtomicBoolean();
        Future<?> cancel = at(limit.plus(CANCEL), stopped, session::cancelQuery);
        Future<?> end = at(limit.plus(END), stopped, () -> end(process, address));
        try {
            return work.perform();
        } finally {
            cancel.cancel(false);
            end.cancel(false);
            if (stopped.get()) {
                // the word to stop may arrive late, and is not for the next statement
                connection.abort(Runnable::run);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private Future<?> at(Duration time, AtomicBoolean stopped, Action action) {
        return clock.schedule(
                () -> {
                    stopped.set(true);
                    return Thread.ofVirtual().name("statement-stopper").start(() -> perform(action));
                },
                time.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static void perform(Action action) {
        try {
            action.perform();
        } catch (SQLException failure) {
            LOGGER.warn("A statement that took too long could not be stopped: {}", failure.getMessage());
        }
    }

    /** A role may end its own sessions. */
    private static void end(int process, ServerAddress address) throws SQLException {
        try (Connection another = DataSources.of(address, SILENCE).getConnection();
                Statement statement = another.createStatement()) {
            statement.execute("select pg_terminate_backend(%d)".formatted(process));
        }
    }

    private interface Action {
        void perform() throws SQLException;
    }
}
