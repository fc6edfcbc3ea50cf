package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.destination.DestinationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A connection, and the few ways in which it is used. One thread uses it at a time; any may close it. */
public final class Link implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());

    private final Connection connection;
    private final Cut cut;
    private final ReentrantLock used = new ReentrantLock();
    private volatile boolean closed;

    /**
     * Takes a connection over.
     *
     * @param cut ends what is under way, and gives back what the connection used besides
     */
    public Link(Connection connection, Cut cut) {
        this.connection = connection;
        this.cut = cut;
    }

    /** Ends a call that another thread waits for, so that it fails. Is called once, after the connection was closed if nobody waits. */
    @FunctionalInterface
    public interface Cut {
        /** Ends it; without effect if there is none. */
        void end();
    }

    /** Reads a row of an answer. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Returns what the row says. */
        T read(ResultSet row) throws SQLException;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws SQLException, DestinationException;
    }

    /** What a session does when it is called. */
    @FunctionalInterface
    public interface Call<T> {
        /** Does it. */
        T run() throws SQLException, DestinationException;
    }

    /** Says what a failure of the driver means. */
    @FunctionalInterface
    public interface Translation {
        /** Translates it. */
        DestinationException of(SQLException failure);
    }

    /** What is done with the driver's own connection. */
    @FunctionalInterface
    public interface Use {
        /** Does it. */
        void with(Connection connection) throws SQLException;
    }

    /**
     * Does what a session is called for, and ends the session if that fails for another reason than rows.
     *
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public <T> T call(Translation translation, Call<T> call) throws DestinationException, InterruptedException {
        try {
            return call.run();
        } catch (SQLException e) {
            throw failed(translation.of(e));
        } catch (DestinationException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private DestinationException failed(DestinationException failure) throws InterruptedException {
        if (Thread.interrupted()) {
            close();
            throw new InterruptedException("Interrupted while the server was waited for");
        }
        if (failure.reason() != DestinationException.Reason.ROWS) {
            close();
        }
        return failure;
    }

    /**
     * Changes something, with values that are texts, numbers or {@code null}.
     *
     * @return how many rows
     */
    public long execute(String sql, List<?> values) throws SQLException {
        used.lock();
        try (PreparedStatement statement = open().prepareStatement(sql)) {
            set(statement, values);
            return statement.executeUpdate();
        } finally {
            release();
        }
    }

    /** Changes the definition of something; nothing in the text is a placeholder. */
    public void define(String sql) throws SQLException {
        used.lock();
        try (Statement statement = open().createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } finally {
            release();
        }
    }

    /** Asks for rows. */
    public <T> List<T> query(Reading<T> reading, String sql, List<?> values) throws SQLException {
        used.lock();
        try (PreparedStatement statement = open().prepareStatement(sql)) {
            set(statement, values);
            List<T> rows = new ArrayList<>();
            try (ResultSet answer = statement.executeQuery()) {
                while (answer.next()) {
                    rows.add(reading.read(answer));
                }
            }
            return rows;
        } finally {
            release();
        }
    }

    /** Asks for a number. */
    public long number(String sql, List<?> values) throws SQLException {
        return query(row -> row.getLong(1), sql, values).getFirst();
    }

    /** Uses what JDBC has no words for. */
    public void use(Use use) throws SQLException {
        used.lock();
        try {
            use.with(open());
        } finally {
            release();
        }
    }

    /** A call between two statements must not begin the second one after the session was closed. */
    private Connection open() throws SQLException {
        if (closed) {
            throw new SQLException("This session was closed");
        }
        return connection;
    }

    private static void set(PreparedStatement statement, List<?> values) throws SQLException {
        int place = 1;
        for (Object value : values) {
            if (value instanceof Long number) {
                statement.setLong(place++, number);
            } else {
                statement.setString(place++, (String) value);
            }
        }
    }

    /** Does all of something, or nothing. */
    public void transaction(Work work) throws SQLException, DestinationException {
        used.lock();
        try {
            open().setAutoCommit(false);
            attempt(work);
            connection.setAutoCommit(true);
        } finally {
            release();
        }
    }

    private void attempt(Work work) throws SQLException, DestinationException {
        try {
            work.run();
            connection.commit();
        } catch (SQLException | DestinationException | RuntimeException e) {
            rollback(e);
            throw e;
        }
    }

    private void rollback(Exception reason) throws SQLException {
        if (closed) {
            return;
        }
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            e.addSuppressed(reason);
            throw e;
        }
    }

    /** Ends what was under way; what came too late for that to be ended from outside closes the connection itself. */
    private void release() {
        used.unlock();
        if (closed && !used.isHeldByCurrentThread()) {
            leave();
        }
    }

    private void leave() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "The server was not told that the session ended", e);
        }
    }

    /** Says good-bye if nobody waits for an answer, and ends the call of whoever does. */
    @Override
    public void close() {
        closed = true;
        if (used.tryLock()) {
            try {
                leave();
            } finally {
                used.unlock();
            }
        }
        cut.end();
    }
}
