package dev.webhookdb.reader;

import dev.webhookdb.sql.Pool;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One person's statement on a connection that was, and will be, others'. */
final class Reading {
    private static final Logger LOGGER = LoggerFactory.getLogger(Reading.class);

    /** PostgreSQL stops a statement by itself, and {@link Stopper} those that do not let themselves be stopped. */
    private static final Duration SILENCE_GRACE = Duration.ofSeconds(3);

    private Reading() {}

    static <R> R perform(Connection connection, Duration limit, Readers.Work<R> work, Allowance allowance)
            throws SQLException {
        boolean clean = false;
        try {
            begin(connection, limit);
            R result = allowed(connection, work, allowance);
            clean = reset(connection);
            return result;
        } catch (QueryException refused) {
            clean = reset(connection);
            throw refused;
        } finally {
            if (!clean) {
                // closed for good: the pool does not give it to anybody any more
                connection.abort(Runnable::run);
            }
        }
    }

    private static void begin(Connection connection, Duration limit) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(limit.plus(SILENCE_GRACE).toMillis()));
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction read only");
            statement.execute("set local statement_timeout = " + limit.toMillis());
        }
    }

    private static <R> R allowed(Connection connection, Readers.Work<R> work, Allowance allowance) throws SQLException {
        return ScopedValue.where(Allowance.PRESENT, allowance).call(() -> telling(connection, work, allowance));
    }

    /** What the driver made of an answer that is too large is told as that. */
    private static <R> R telling(Connection connection, Readers.Work<R> work, Allowance allowance) throws SQLException {
        try {
            return work.on(connection, allowance);
        } catch (IOException | SQLException | RuntimeException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof Allowance.ExceededException exceeded) {
                    throw exceeded.told();
                }
            }
            switch (failure) {
                case SQLException refused -> throw refused;
                case RuntimeException other -> throw other;
                default -> throw new IllegalStateException(failure);
            }
        }
    }

    /** Whatever the statement left, such as settings, locks and temporary tables, ends with it. */
    private static boolean reset(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("discard all");
                statement.execute(Pool.SETTINGS);
            }
            connection.clearWarnings();
            return true;
        } catch (SQLException failure) {
            LOGGER.debug("A connection cannot be used again.", failure);
            return false;
        }
    }
}
