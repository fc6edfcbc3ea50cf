package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.mariadb.jdbc.Driver;

/** A connection, and the few ways in which it is used. One thread uses it at a time; any may close it. */
final class Link implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());

    /** The ways of proving a password that do not hand it over. */
    private static final String PROOFS = "mysql_native_password,caching_sha2_password,client_ed25519,parsec";

    private final String token;
    private final KeptSockets sockets;
    private final Connection connection;
    private final ReentrantLock used = new ReentrantLock();
    private volatile boolean closed;

    private Link(String token, KeptSockets sockets, Connection connection) {
        this.token = token;
        this.sockets = sockets;
        this.connection = connection;
    }

    /** Reads a row of an answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException, DestinationException;
    }

    static Link open(Address address, Place place) throws DestinationException {
        String token = UUID.randomUUID().toString();
        KeptSockets sockets = new KeptSockets(place.sockets());
        Sockets.register(token, sockets);
        try {
            Connection connection = new Driver().connect(address.jdbc(), settings(address, place, token));
            Link link = new Link(token, sockets, connection);
            link.begin(place.timeout());
            return link;
        } catch (SQLException e) {
            Sockets.forget(token);
            sockets.close();
            throw Failures.ofConnecting(e, address);
        }
    }

    /** Returns the driver's settings. None of them is part of a URL, in which it could end and another one begin. */
    private static Properties settings(Address address, Place place, String token) {
        String timeout = Long.toString(Math.clamp(place.timeout().toMillis(), 1, Integer.MAX_VALUE));
        Properties settings = new Properties();
        settings.setProperty("user", place.user().orElseThrow());
        settings.setProperty("password", place.password().orElse(""));
        settings.setProperty("sslMode", address.sslMode());
        settings.setProperty("allowPublicKeyRetrieval", Boolean.toString(address.publicKeys()));
        settings.setProperty("restrictedAuth", PROOFS);
        settings.setProperty("socketFactory", Sockets.class.getName());
        settings.setProperty("poolName", token);
        settings.setProperty("connectTimeout", timeout);
        settings.setProperty("socketTimeout", timeout);
        settings.setProperty("transactionIsolation", "READ-COMMITTED");
        settings.setProperty("allowLocalInfile", "false");
        settings.setProperty("allowMultiQueries", "false");
        settings.setProperty("permitRedirect", "false");
        settings.setProperty("fallbackToSystemKeyStore", "false");
        address.certificate().ifPresent(certificate -> settings.setProperty("serverSslCert", certificate));
        return settings;
    }

    /** Lets nothing be cut or guessed, takes times as UTC, and lets no lock be waited for longer than a call may take. */
    private void begin(Duration timeout) throws SQLException {
        define("""
                SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00',
                lock_wait_timeout = %1$d, innodb_lock_wait_timeout = %1$d""".formatted(Math.max(1, timeout.toSeconds())));
    }

    /** Changes something, with values that may be {@code null}. */
    void execute(String sql, List<String> values) throws SQLException {
        used.lock();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            statement.executeUpdate();
        } finally {
            used.unlock();
        }
    }

    /** Changes the definition of something; nothing in the text is a placeholder. */
    void define(String sql) throws SQLException {
        used.lock();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } finally {
            used.unlock();
        }
    }

    /** Asks for rows. */
    <T> List<T> query(Reading<T> reading, String sql, List<String> values) throws SQLException {
        used.lock();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            List<T> rows = new ArrayList<>();
            try (ResultSet answer = statement.executeQuery()) {
                while (answer.next()) {
                    rows.add(reading.read(answer));
                }
            }
            return rows;
        } finally {
            used.unlock();
        }
    }

    /** Asks for a number. */
    long number(String sql, List<String> values) throws SQLException {
        return query(row -> row.getLong(1), sql, values).getFirst();
    }

    private static void set(PreparedStatement statement, List<String> values) throws SQLException {
        int place = 1;
        for (String value : values) {
            statement.setString(place++, value);
        }
    }

    /** Does all of something, or nothing. */
    void transaction(Work work) throws SQLException, DestinationException {
        used.lock();
        try {
            connection.setAutoCommit(false);
            attempt(work);
            connection.setAutoCommit(true);
        } finally {
            used.unlock();
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

    /** Says good-bye if nobody waits for an answer, and closes the connection under whoever does. */
    @Override
    public void close() {
        closed = true;
        if (used.tryLock()) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "The server was not told that the session ended", e);
            } finally {
                used.unlock();
            }
        }
        sockets.close();
        Sockets.forget(token);
    }
}
