package dev.webhookdb.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.PoolMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.sql.DataSource;

/**
 * The connections to one database. It exists from the first use on, can be let go while nobody uses it, and comes back
 * with the next use: thousands of organizations must not cost a thread each.
 *
 * <p>Thread-safe.
 */
public final class Pool implements AutoCloseable {
    /** How long a statement may run before PostgreSQL gives it up. */
    public static final Duration STATEMENT_LIMIT = Duration.ofSeconds(30);

    /** A server that said nothing for longer than any statement may run is dead. */
    public static final Duration SILENCE = STATEMENT_LIMIT.plusSeconds(10);

    /** Ingest answers 503 within two seconds, so it must hear within one that there is no connection. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final Duration LIFETIME = Duration.ofMinutes(30);
    private static final Duration IDLE = Duration.ofMinutes(1);

    /**
     * One round trip for each new connection; settings that a server does not have are left out. What is answered with 2xx must
     * survive a crash, also on a server that does not wait for its log by default; and no statement of ours is worth compiling.
     */
    public static final String SETTINGS = """
            select set_config(name, case name
                     when 'TimeZone' then 'UTC'
                     when 'statement_timeout' then '%d'
                     when 'default_transaction_isolation' then 'read committed'
                     when 'synchronous_commit' then case setting when 'off' then 'on' else setting end
                     when 'jit' then 'off'
                     else 'lz4'
                   end, false)
              from pg_catalog.pg_settings
             where name in ('TimeZone', 'statement_timeout', 'default_transaction_isolation', 'synchronous_commit', 'jit')
                or (name = 'default_toast_compression' and 'lz4' = any (enumvals))
            """.formatted(STATEMENT_LIMIT.toMillis());

    private volatile ServerAddress address;
    private final int size;
    private final int idle;
    private final Duration wait;
    private final Optional<PoolMetrics> metrics;
    private final Optional<BackgroundShare> background;
    private final Optional<ServerShare> server;

    /** Held for reading while a connection is handed out, for writing while the pool is let go. */
    private final ReadWriteLock gate = new ReentrantReadWriteLock();

    /** Written while this is locked; counted without that, since closing takes its time. */
    private volatile HikariDataSource source;

    private volatile long lastUse = System.nanoTime();
    private boolean closed;

    /** Connections up to {@code size}, of which {@code idle} are kept ready. */
    public Pool(ServerAddress address, int size, int idle) {
        this(address, size, idle, WAIT);
    }

    /** @param metrics told how long somebody waits for a connection */
    public Pool(ServerAddress address, int size, int idle, PoolMetrics metrics) {
        this(address, size, idle, WAIT, Optional.of(metrics), Optional.empty(), Optional.empty());
    }

    /**
     * Some of whose connections are kept for what somebody waits for ({@link Foreground}). Background work waits longer for its turn,
     * 10 s.
     *
     * @param kept at least 1, less than {@code size}
     */
    public static Pool shared(ServerAddress address, int size, int idle, int kept, PoolMetrics metrics) {
        return shared(address, size, idle, kept, metrics, Optional.empty());
    }

    /** The same for one of many pools, which have only so many connections to their servers together; none is kept ready. */
    public static Pool shared(ServerAddress address, int size, int kept, PoolMetrics metrics, ServerShare server) {
        return shared(address, size, 0, kept, metrics, Optional.of(server));
    }

    private static Pool shared(
            ServerAddress address, int size, int idle, int kept, PoolMetrics metrics, Optional<ServerShare> server) {
        Optional<PoolMetrics> told = Optional.of(metrics);
        return new Pool(address, size, idle, WAIT, told, Optional.of(new BackgroundShare(size - kept, told)), server);
    }

    /** @param wait for how long somebody waits for a connection */
    public Pool(ServerAddress address, int size, int idle, Duration wait) {
        this(address, size, idle, wait, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Pool(
            ServerAddress address,
            int size,
            int idle,
            Duration wait,
            Optional<PoolMetrics> metrics,
            Optional<BackgroundShare> background,
            Optional<ServerShare> server) {
        this.background = background;
        this.server = server;
        this.wait = wait;
        this.metrics = metrics;
        this.address = address;
        this.size = size;
        this.idle = idle;
    }

    public ServerAddress address() {
        return address;
    }

    /** Waits until this thread may ask for a connection; if it has one already, others might wait for that one. */
    BackgroundShare.Turn turn() throws SQLException {
        if (background.isEmpty() || Foreground.isHere() || HeldPools.contains(this)) {
            return () -> {};
        }
        BackgroundShare.Turn own = background.get().take();
        return server.isEmpty() ? own : and(own, server.get());
    }

    /** Adds the turn that all pools on the server have together. */
    private BackgroundShare.Turn and(BackgroundShare.Turn own, ServerShare share) throws SQLException {
        BackgroundShare.Turn together;
        try {
            together = share.turn(address, metrics);
        } catch (SQLException | RuntimeException e) {
            own.close();
            throw e;
        }
        return () -> {
            together.close();
            own.close();
        };
    }

    public Connection connection() throws SQLException {
        gate.readLock().lock();
        try {
            return metrics.isPresent() ? measured(metrics.get()) : source().getConnection();
        } finally {
            gate.readLock().unlock();
        }
    }

    private Connection measured(PoolMetrics told) throws SQLException {
        long begun = System.nanoTime();
        boolean obtained = false;
        try {
            Connection connection = source().getConnection();
            obtained = true;
            return connection;
        } finally {
            told.waited(obtained, System.nanoTime() - begun);
        }
    }

    /** Connects elsewhere from now on; what is under way at the old place ends with an error. */
    public void move(ServerAddress elsewhere) {
        gate.writeLock().lock();
        try {
            moveNow(elsewhere);
        } finally {
            gate.writeLock().unlock();
        }
    }

    private synchronized void moveNow(ServerAddress elsewhere) {
        address = elsewhere;
        letGo();
    }

    private synchronized void letGo() {
        if (source != null) {
            source.close();
            source = null;
            server.ifPresent(share -> share.closed(this));
        }
    }

    /** Lets the connections go when none was asked for during the given time and none is in use. */
    public void rest(Duration unused) {
        if (!gate.writeLock().tryLock()) {
            return;
        }
        try {
            restNow(unused);
        } finally {
            gate.writeLock().unlock();
        }
    }

    private synchronized void restNow(Duration unused) {
        boolean recently = System.nanoTime() - lastUse < unused.toNanos();
        if (source == null || recently || source.getHikariPoolMXBean().getActiveConnections() > 0) {
            return;
        }
        letGo();
    }

    public synchronized boolean resting() {
        return source == null;
    }

    /** How many connections there are, in use or not. */
    public int connections() {
        HikariDataSource present = source;
        return present == null ? 0 : present.getHikariPoolMXBean().getTotalConnections();
    }

    /** How many connections nobody uses. */
    public int idle() {
        HikariDataSource present = source;
        return present == null ? 0 : present.getHikariPoolMXBean().getIdleConnections();
    }

    /** Returns for how many nanoseconds nobody asked for a connection. */
    long unusedFor() {
        return System.nanoTime() - lastUse;
    }

    /** Closes the connections that nobody uses, and those in use when they are given back. */
    public void letIdleGo() {
        HikariDataSource present = source;
        if (present != null) {
            present.getHikariPoolMXBean().softEvictConnections();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }

    private synchronized HikariDataSource source() {
        if (closed) {
            throw new DatabaseException(
                    DatabaseException.Kind.UNAVAILABLE,
                    "The database \"%s\" is closed: the host is shutting down.".formatted(address.database()));
        }
        if (source == null) {
            source = new HikariDataSource(settings());
            server.ifPresent(share -> share.opened(this));
        }
        lastUse = System.nanoTime();
        return source;
    }

    private DataSource source(DataSource direct) {
        return server.<DataSource>map(share -> new SharedServerSource(direct, this, share))
                .orElse(direct);
    }

    private HikariConfig settings() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgres-" + address.database());
        config.setDataSource(source(DataSources.of(address, SILENCE)));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(idle);
        config.setConnectionTimeout(wait.toMillis());
        config.setValidationTimeout(WAIT.toMillis());
        config.setIdleTimeout(idle == size ? 0 : IDLE.toMillis());
        config.setMaxLifetime(LIFETIME.toMillis());
        config.setConnectionInitSql(SETTINGS);
        config.setInitializationFailTimeout(-1);
        return config;
    }
}
