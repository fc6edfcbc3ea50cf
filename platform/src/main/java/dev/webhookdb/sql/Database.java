package dev.webhookdb.sql;

import dev.webhookdb.config.ServerAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;

/**
 * One PostgreSQL database and its connections.
 *
 * <p>Every connection has the time zone UTC and gives a statement 30 s. Without a connection to give, a call fails
 * within 1.5 s with {@link DatabaseException.Kind#UNAVAILABLE}, background work after 10 s where connections are shared
 * ({@link Pool#shared}); when PostgreSQL comes back, so do the connections. Work is not begun inside of other work with
 * the same database: threads that each have one connection and wait for another one would wait for each other. Pass the
 * {@link Session} on.
 *
 * <p>Thread-safe.
 */
public final class Database implements AutoCloseable {
    /** What the network may add to the time a statement is given. */
    private static final Duration NETWORK_GRACE = Duration.ofMillis(250);

    private final Pool pool;
    private final Probe probe;
    private final Jdbi jdbi;

    public Database(Pool pool) {
        this.pool = pool;
        this.probe = new Probe(pool.address());
        ConnectionFactory connections = pool::connection;
        this.jdbi = Jdbi.create(connections);
        // the template engine would read text between angle brackets as a name to replace
        jdbi.getConfig(SqlStatements.class)
                .setTemplateEngine(TemplateEngine.NOP)
                .setSqlParser(Parameters.OF_ALL);
    }

    /**
     * Does the work in one transaction (READ COMMITTED): committed when the work returns, rolled back when it throws. After a deadlock or
     * a serialization failure all of it is done again, a few times: apart from the session, it has no effects that cannot be repeated.
     * Where it contains other work with a database, or is contained in such, that is left to the caller.
     */
    public <T> T transaction(Function<Session, T> work) {
        return repeated(handle -> handle.inTransaction(same -> work.apply(new Session(same))));
    }

    /**
     * The same with another time limit for each statement than 30 s, kept also when the server is frozen. For what
     * must answer soon, and for what may take long.
     *
     * @param limit for one statement, more than zero
     */
    public <T> T transaction(Duration limit, Function<Session, T> work) {
        return repeated(handle -> {
            silence(handle, limit.plus(NETWORK_GRACE));
            return handle.inTransaction(same -> {
                same.execute("set local statement_timeout = " + limit.toMillis());
                return work.apply(new Session(same));
            });
        });
    }

    /**
     * Does work that only reads, without a transaction: each statement stands for itself and sees what was committed when it began. For one
     * statement, whose commit would be another round trip.
     */
    public <T> T read(Function<Session, T> work) {
        return repeated(handle -> work.apply(new Session(handle)));
    }

    /** {@link #transaction(Function)} without a result. */
    public void run(Consumer<Session> work) {
        this.<Boolean>transaction(session -> {
            work.accept(session);
            return true;
        });
    }

    /**
     * Does the work without a transaction and without a time limit: each statement stands for itself. For statements
     * that PostgreSQL refuses in a transaction, such as {@code CREATE INDEX CONCURRENTLY} or {@code CREATE DATABASE}.
     */
    public <T> T autocommit(Function<Session, T> work) {
        Repetition.begins();
        return connected(handle -> {
            silence(handle, Duration.ZERO);
            handle.execute("set statement_timeout = 0");
            try {
                return work.apply(new Session(handle));
            } finally {
                handle.execute("set statement_timeout = " + Pool.STATEMENT_LIMIT.toMillis());
            }
        });
    }

    /**
     * Does the work with a session that is nobody else's, and is closed afterwards with all locks that it holds. Without a transaction and
     * a time limit for statements, but a lock is waited for at most a minute. For locks that are held while work is done elsewhere.
     */
    public <T> T apart(Function<Session, T> work) {
        try (Database own = new Database(new Pool(pool.address(), 1, 0))) {
            return own.autocommit(session -> {
                session.sql("set lock_timeout = '60s'").execute();
                return work.apply(session);
            });
        }
    }

    /** Whether PostgreSQL answers, found out within about a second; a pool without a free connection counts as available. */
    public boolean available() {
        return probe.answers();
    }

    /** How many connections there are, in use or not. */
    public int connections() {
        return pool.connections();
    }

    /** How many connections nobody uses. */
    public int idle() {
        return pool.idle();
    }

    /** Where this database is, without showing how to get in. */
    public String name() {
        return pool.address().database();
    }

    @Override
    public void close() {
        probe.close();
        pool.close();
    }

    /** For people and for tools: whom this database is reached as. */
    public ServerAddress address() {
        return pool.address();
    }

    /** Is another database from now on, for everybody who holds this object. */
    public void move(ServerAddress elsewhere) {
        pool.move(elsewhere);
        probe.move(elsewhere);
    }

    /** Lets connections go that nobody used for that long; the next use brings them back. */
    public void rest(Duration unused) {
        pool.rest(unused);
        if (pool.resting()) {
            probe.close();
        }
    }

    private static void silence(Handle handle, Duration limit) throws SQLException {
        handle.getConnection().setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
    }

    private <T> T repeated(Connected<T> transaction) {
        Repetition.begins();
        return Repetition.repeated(() -> connected(transaction));
    }

    /** With a connection of its own: the library's shorter ways would share the one that the thread has already. */
    private <T> T connected(Connected<T> work) {
        assert !HeldPools.contains(pool) : "This thread has a connection to %s already.".formatted(name());
        try (BackgroundShare.Turn _ = pool.turn();
                Handle handle = jdbi.open()) {
            return HeldPools.holding(pool, () -> work.perform(handle));
        } catch (JdbiException failure) {
            throw Failures.translate(failure);
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    private interface Connected<T> {
        T perform(Handle handle) throws SQLException;
    }
}
