package dev.webhookdb.platform;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.embedded.TestServer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server for the tests, found once for each JVM: the one that {@code WEBHOOKDB_TEST_JDBC_URL} (or the
 * property {@code webhookdb.test.jdbc-url}) names, else a container when an engine answers, else the embedded binaries.
 * Without any of the three the tests fail; none of them is skipped.
 */
public final class TestPostgres {
    private static final Logger LOG = LoggerFactory.getLogger(TestPostgres.class);
    private static final String EMPTY = "encoding 'UTF8' template template0";
    private static final String IMAGE = "postgres:15";
    /** Of {@link #platform}, without those of ingest. */
    static final int ORGANIZATION_CONNECTIONS = 50;

    static final int PLATFORM_CONNECTIONS = 4;

    private static final int POOL_SIZE = 10;
    private static final int ATTEMPTS = 20;
    private static final int ENGINE_MILLISECONDS = 500;
    private static final List<String> CREATED = Collections.synchronizedList(new ArrayList<>());

    private TestPostgres() {}

    /** A server on which databases and roles may be created; as a superuser, unless the environment says otherwise. */
    public static ServerAddress server() {
        return Found.SERVER;
    }

    /** A new and empty database, dropped at the end of the JVM. */
    public static Database freshDatabase() {
        return new Database(new Pool(freshAddress(), POOL_SIZE, 0));
    }

    /** A database that exists, with one connection at a time. */
    public static Database open(ServerAddress address) {
        return new Database(new Pool(address, 1, 0));
    }

    /** Where a new and empty database is, for what opens it itself. */
    public static ServerAddress freshAddress() {
        return freshAddress(EMPTY);
    }

    /** @param how its encoding, its template and what goes with them, in SQL; the server's own may be any */
    static ServerAddress freshAddress(String how) {
        return freshAddress(server(), how);
    }

    /**
     * A new and empty database of a server that reaches the others by their addresses: a process of this machine, not in a
     * container, where those addresses mean something else.
     */
    public static ServerAddress freshAddressOutside() {
        return freshAddress(Outside.SERVER, EMPTY);
    }

    /** Asks again for a while: a server that has just started, on a machine that is busy, takes more than a second to let us in. */
    private static ServerAddress freshAddress(ServerAddress server, String how) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                return created(server, how);
            } catch (DatabaseException e) {
                if (e.kind() != DatabaseException.Kind.UNAVAILABLE) {
                    throw e;
                }
                LOG.info("{} is not there yet: {}", ServerCheck.where(server), e.getMessage());
            }
        }
        return created(server, how);
    }

    private static ServerAddress created(ServerAddress server, String how) {
        String name = "test_" + Secrets.hex(6);
        try (Database administration = open(server)) {
            administration.autocommit(
                    session -> session.sql("create database %s %s".formatted(Identifiers.quote(name), how))
                            .execute());
        }
        CREATED.add(name);
        return server.withDatabase(name);
    }

    /** Where a database is that is empty but for the platform's tables: copied, which takes a tenth of making them. */
    public static ServerAddress platformAddress() {
        return freshAddress("template " + Identifiers.quote(Template.NAME));
    }

    /** The platform's database, fresh and migrated. */
    public static PlatformDatabase platform() {
        return PlatformDatabase.open(configuration(platformAddress(), List.of(server())));
    }

    /** Makes the partitions of the days around today. */
    public static void makePartitions(Database platform, String... tables) {
        List<Partitions.Partitioned> partitioned = Arrays.stream(tables)
                .map(table -> new Partitions.Partitioned(table, Duration.ofDays(90)))
                .toList();
        try (var partitions = new Partitions(platform, Clock.systemUTC(), partitioned, new BackgroundTasks())) {
            partitions.maintain();
        }
    }

    /** Records an organization, which has no database yet, and returns its number. */
    public static long organization(PlatformDatabase platform, String key) {
        return platform.database()
                .transaction(
                        session -> session.sql("insert into organization (key, name) values (:key, :key) returning id")
                                .bind("key", key)
                                .one(row -> row.number("id")));
    }

    /** The defaults, but for the databases. */
    public static Configuration configuration(ServerAddress platform, List<ServerAddress> servers) {
        Configuration defaults = ConfigurationLoader.load(Optional.empty(), Map.of(), Path.of("target"));
        return new Configuration(
                defaults.server(),
                defaults.publicUrl(),
                defaults.dataDirectory(),
                defaults.encryptionKey(),
                new Configuration.Database(
                        Optional.of(platform),
                        PLATFORM_CONNECTIONS,
                        ORGANIZATION_CONNECTIONS,
                        DatabaseServer.all(servers)),
                defaults.outbound(),
                defaults.connectors(),
                defaults.destinations(),
                defaults.ingest(),
                defaults.notifications(),
                defaults.backfill(),
                defaults.audit(),
                defaults.accounts(),
                defaults.organizations(),
                defaults.mail(),
                defaults.shutdownTimeout(),
                defaults.metrics(),
                defaults.traces(),
                defaults.log());
    }

    /** The server's maintenance database, as the administrator. */
    public static Database administration() {
        return new Database(new Pool(server(), 1, 0));
    }

    /** Lets nobody connect to a database, and ends every connection to it; or the opposite. */
    public static void allowConnections(String database, boolean allowed) {
        try (Database administration = administration()) {
            administration.autocommit(session -> session.sql(
                            "alter database %s allow_connections %s".formatted(Identifiers.quote(database), allowed))
                    .execute());
            if (!allowed) {
                administration.autocommit(session -> session.sql(
                                "select pg_terminate_backend(pid)::text as ended from pg_stat_activity where datname = :name")
                        .bind("name", database)
                        .list(row -> row.text("ended")));
            }
        }
    }

    /** Initialized when a test asks for the platform's tables first. */
    private static final class Template {
        static final String NAME = made();

        private static String made() {
            ServerAddress address = freshAddress();
            PlatformDatabase.open(configuration(address, List.of(server()))).close();
            return address.database();
        }
    }

    /** Initialized when a test asks for it first. */
    private static final class Outside {
        static final ServerAddress SERVER = Found.embedded();
    }

    /** Initialized when a test asks for the server first. */
    private static final class Found {
        static final ServerAddress SERVER = configured().or(Found::container).orElseGet(Found::embedded);

        private static Optional<ServerAddress> configured() {
            String url = System.getProperty(
                    "webhookdb.test.jdbc-url", System.getenv().getOrDefault("WEBHOOKDB_TEST_JDBC_URL", ""));
            if (url.isBlank()) {
                return Optional.empty();
            }
            Runtime.getRuntime().addShutdownHook(new Thread(Found::dropCreated));
            return Optional.of(ServerAddress.parse(url));
        }

        /** Testcontainers removes the container at the end of this JVM, or {@link TestContainers} after it. */
        @SuppressWarnings("resource")
        private static Optional<ServerAddress> container() {
            if (!engineAnswers(System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock"))) {
                return Optional.empty();
            }
            // as TestServer sets its own up: tests need no safety from a crash of the machine
            PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                    .withEnv("POSTGRES_INITDB_ARGS", "--no-sync")
                    .withCommand("postgres", "-c", "fsync=off", "-c", "full_page_writes=off")
                    .withCreateContainerCmdModifier(TestContainers::own);
            try {
                TestContainers.removeAbandoned();
                container.start();
            } catch (RuntimeException failure) {
                LOG.warn("An engine answers but runs no container; the embedded PostgreSQL takes its place", failure);
                return Optional.empty();
            }
            return Optional.of(ServerAddress.of(
                    container.getHost(),
                    container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                    container.getDatabaseName(),
                    container.getUsername(),
                    new Password(container.getPassword())));
        }

        private static ServerAddress embedded() {
            return TestServer.standard().untilTheEnd().address();
        }

        private static boolean engineAnswers(String host) {
            URI engine = URI.create(host);
            if ("unix".equals(engine.getScheme())) {
                return Files.exists(Path.of(engine.getPath()));
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(engine.getHost(), engine.getPort()), ENGINE_MILLISECONDS);
                return true;
            } catch (IOException | IllegalArgumentException failure) {
                return false;
            }
        }

        private static void dropCreated() {
            try (Database administration = administration()) {
                for (String name : CREATED) {
                    administration.autocommit(session -> session.sql(
                                    "drop database if exists " + Identifiers.quote(name) + " with (force)")
                            .execute());
                }
            }
        }
    }
}
