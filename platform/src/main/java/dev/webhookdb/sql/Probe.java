package dev.webhookdb.sql;

import dev.webhookdb.config.ServerAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server whether it answers, over a connection of its own: a pool that is busy is not a server that is away.
 *
 * <p>Thread-safe; while one thread asks, the others are told what is known so far.
 */
public final class Probe implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Probe.class);
    private static final int LIMIT_SECONDS = 1;

    private volatile PGSimpleDataSource source;
    private final ReentrantLock asking = new ReentrantLock();
    private Connection connection;
    private volatile boolean answered;

    public Probe(ServerAddress address) {
        source = source(address);
    }

    /** Asks elsewhere from now on. */
    public void move(ServerAddress elsewhere) {
        source = source(elsewhere);
        close();
    }

    /** Takes a second when the server is frozen, and a round trip when it is not. */
    public boolean answers() {
        if (!asking.tryLock()) {
            return answered;
        }
        try {
            answered = reused() || connected();
            return answered;
        } finally {
            asking.unlock();
        }
    }

    @Override
    public void close() {
        asking.lock();
        try {
            forget();
        } finally {
            asking.unlock();
        }
    }

    private boolean reused() {
        try {
            return connection != null && connection.isValid(LIMIT_SECONDS);
        } catch (SQLException failure) {
            return false;
        }
    }

    /** Over a new connection: the old one may only have outlived a restart of the server. */
    private boolean connected() {
        forget();
        try {
            connection = source.getConnection();
            return true;
        } catch (SQLException failure) {
            return false;
        }
    }

    private static PGSimpleDataSource source(ServerAddress address) {
        PGSimpleDataSource source = DataSources.of(address, Duration.ofSeconds(LIMIT_SECONDS));
        source.setLoginTimeout(LIMIT_SECONDS);
        return source;
    }

    private void forget() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException failure) {
            LOGGER.debug("A connection that did not answer could not be closed.", failure);
        }
        connection = null;
    }
}
