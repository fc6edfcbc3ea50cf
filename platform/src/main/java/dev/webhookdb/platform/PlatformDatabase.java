package dev.webhookdb.platform;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.embedded.EmbeddedServer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.observe.PoolMetrics;
import dev.webhookdb.sql.ConnectionSource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's own database, ready for use: embedded or external, checked and migrated. Closing it also stops the
 * embedded server, so it is closed last.
 *
 * <p>Thread-safe.
 */
public final class PlatformDatabase implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PlatformDatabase.class);

    /** Every server has them, and people expect to get into them. */
    private static final Set<String> EVERYBODYS = Set.of("postgres", "template1");

    private static final String PLATFORM_KEY = "database.url";
    private static final int SCHEDULE_CONNECTIONS = 3;

    /** A fourth of the connections is for those who wait for an answer. */
    private static final int SHARES = 4;

    /** Two write the log, the others look endpoints up. */
    private static final int INGEST_CONNECTIONS = 4;

    private final Optional<EmbeddedServer> embedded;
    private final Database database;
    private final Database ingest;
    private final Pool schedule;
    private final List<DatabaseServer> servers;

    private PlatformDatabase(
            Optional<EmbeddedServer> embedded,
            Database database,
            Database ingest,
            Pool schedule,
            List<DatabaseServer> servers) {
        this.embedded = embedded;
        this.database = database;
        this.ingest = ingest;
        this.schedule = schedule;
        this.servers = List.copyOf(servers);
    }

    /** Returns why the database does not answer now and may later; empty if it does, or is the embedded one, which is started. */
    public static Optional<DatabaseException> away(Configuration configuration) {
        return configuration.database().platform().flatMap(address -> ServerCheck.away(address, PLATFORM_KEY));
    }

    /**
     * Opens what is configured. Nothing is changed before every configured server has been reached and is new enough; only one that has
     * databases of organizations already may be away.
     *
     * @throws DatabaseException with a sentence that says what to do
     */
    public static PlatformDatabase open(Configuration configuration) {
        return open(configuration, new BackgroundTasks(), Metrics.none());
    }

    /**
     * The same where others see what is done in the background, and how long connections are waited for.
     *
     * @throws DatabaseException with a sentence that says what to do
     */
    public static PlatformDatabase open(Configuration configuration, BackgroundTasks tasks, Metrics metrics) {
        Configuration.Database settings = configuration.database();
        settings.platform().ifPresent(address -> ServerCheck.checkPlatform(address, PLATFORM_KEY));
        ServersAway away = ServersAway.of(settings.servers());
        if (settings.platform().isPresent()) {
            away.requireInUse(settings.platform().get());
            return open(Optional.empty(), settings.platform().get(), settings, metrics);
        }
        if (!EmbeddedServer.exists(configuration.dataDirectory())) {
            away.requireNone();
        }
        EmbeddedServer server = EmbeddedServer.start(configuration.dataDirectory(), tasks);
        try {
            away.requireInUse(server.address());
            return open(Optional.of(server), server.address(), settings, metrics);
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    public Database database() {
        return database;
    }

    /** The same over connections that only ingest uses: whatever everybody else does, a webhook finds one. */
    public Database ingest() {
        return ingest;
    }

    /** Connections for the one library that brings SQL of its own, the scheduler; few, and not the others'. */
    public ConnectionSource scheduleConnections() {
        return schedule::connection;
    }

    /** Where organizations' databases are created; at least one. */
    public List<DatabaseServer> servers() {
        return servers;
    }

    @Override
    public void close() {
        schedule.close();
        ingest.close();
        database.close();
        embedded.ifPresent(EmbeddedServer::close);
    }

    private static PlatformDatabase open(
            Optional<EmbeddedServer> embedded,
            ServerAddress address,
            Configuration.Database settings,
            Metrics metrics) {
        SchemaMigrations.apply(address);
        Database database = new Database(shared(address, settings.poolSize(), metrics.pool("platform")));
        try {
            keepOthersOut(database);
        } catch (RuntimeException failure) {
            database.close();
            throw failure;
        }
        List<DatabaseServer> servers =
                settings.servers().isEmpty() ? List.of(DatabaseServer.of(address)) : settings.servers();
        return new PlatformDatabase(
                embedded,
                database,
                new Database(pool(address, INGEST_CONNECTIONS, metrics.pool("ingest"))),
                pool(address, SCHEDULE_CONNECTIONS, metrics.pool("schedule")),
                servers);
    }

    private static Pool shared(ServerAddress address, int size, PoolMetrics metrics) {
        return watched(Pool.shared(address, size, size, Math.ceilDiv(size, SHARES), metrics), metrics);
    }

    private static Pool pool(ServerAddress address, int size, PoolMetrics metrics) {
        return watched(new Pool(address, size, size, metrics), metrics);
    }

    private static Pool watched(Pool pool, PoolMetrics metrics) {
        metrics.watch(pool::connections, pool::idle);
        return pool;
    }

    /** Everybody may connect to a new database, so the roles of the organizations could read the names of our tables. */
    private static void keepOthersOut(Database database) {
        if (EVERYBODYS.contains(database.name())) {
            LOGGER.warn(
                    "The platform's tables are in the database \"{}\", which every role of the server may enter: give it a database of its own.",
                    database.name());
            return;
        }
        database.run(session -> {
            boolean ours = session.sql("""
                    select pg_has_role(current_user, datdba, 'USAGE') as ours
                      from pg_database
                     where datname = current_database()
                    """).one(row -> row.flag("ours"));
            boolean open = session.sql("""
                    select exists (
                             select from aclexplode(coalesce(datacl, acldefault('d', datdba))) as entry
                              where entry.grantee = 0
                           ) as open
                      from pg_database
                     where datname = current_database()
                    """).one(row -> row.flag("open"));
            if (open && ours) {
                session.sql("revoke all on database %s from public".formatted(Identifiers.quote(database.name())))
                        .execute();
            } else if (open) {
                LOGGER.warn(
                        "Every role of the server may enter the database \"{}\", and its owner has to change that: REVOKE ALL ON DATABASE {} FROM PUBLIC.",
                        database.name(),
                        Identifiers.quote(database.name()));
            }
        });
    }
}
