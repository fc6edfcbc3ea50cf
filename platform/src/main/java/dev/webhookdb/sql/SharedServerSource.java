package dev.webhookdb.sql;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Connections of a pool to a server that has only so many, for which its neighbours let go of those that nobody uses. */
final class SharedServerSource implements DataSource {
    private static final String TOO_MANY_CONNECTIONS = "53300";

    /** A session that was closed ends a moment later. */
    private static final Duration ENDING = Duration.ofMillis(20);

    private static final int ATTEMPTS = 20;

    private final DataSource source;
    private final Pool pool;
    private final ServerShare share;

    SharedServerSource(DataSource source, Pool pool, ServerShare share) {
        this.source = source;
        this.pool = pool;
        this.share = share;
    }

    @Override
    public Connection getConnection() throws SQLException {
        share.makeRoom(pool);
        for (int attempt = 1; ; attempt++) {
            try {
                return source.getConnection();
            } catch (SQLException e) {
                boolean full = TOO_MANY_CONNECTIONS.equals(e.getSQLState());
                if (!full || attempt == ATTEMPTS || (attempt == 1 && !share.letGo(pool))) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(SQLException full) throws SQLException {
        try {
            Thread.sleep(ENDING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            full.addSuppressed(e);
            throw full;
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("A pool connects as one user.");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}
