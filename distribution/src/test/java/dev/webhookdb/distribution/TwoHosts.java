package dev.webhookdb.distribution;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Two hosts on one database, which is the embedded PostgreSQL of the first. */
final class TwoHosts implements AutoCloseable {
    private static final Duration FIRST_START = Duration.ofMinutes(2);

    /** The other host, whoever writes and PostgreSQL go on meanwhile, and leave little of two cores. */
    static final Duration TAKE_OVER = Duration.ofMinutes(2);

    private final List<Server> hosts = new ArrayList<>();

    private TwoHosts() {}

    static TwoHosts start() {
        TwoHosts both = new TwoHosts();
        try {
            both.start(Map.of());
            both.start(beside(both.first()));
            return both;
        } catch (RuntimeException | Error e) {
            both.close();
            throw e;
        }
    }

    private void start(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.1");
        Server host = new Server(environment);
        hosts.add(host);
        host.start(FIRST_START);
    }

    private static Map<String, String> beside(Server first) {
        try {
            byte[] key = Files.readAllBytes(first.data().resolve("encryption-key.json"));
            return Map.of(
                    "WEBHOOKDB_ENCRYPTION_KEY",
                    Base64.getEncoder().encodeToString(key),
                    "WEBHOOKDB_DATABASE_URL",
                    first.administratorUrl("webhookdb"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Server first() {
        return hosts.getFirst();
    }

    List<Server> both() {
        return List.copyOf(hosts);
    }

    /** SIGKILL for one, which is started again at once; returns when it is ready. */
    static void kill(Server victim) {
        victim.kill();
        victim.start(TAKE_OVER);
    }

    /** The first column of what the platform's database answers. */
    Set<String> texts(String query) throws SQLException {
        return texts("webhookdb", query);
    }

    /** The first column of what a database answers. */
    Set<String> texts(String database, String query) throws SQLException {
        Set<String> texts = new TreeSet<>();
        try (Connection connection = connected(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return texts;
    }

    /** Does something in a database as its superuser. */
    void administer(String database, String... statements) throws SQLException {
        try (Connection connection = connected(database);
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    /** A host that starts while the machine is busy may start PostgreSQL again, too. */
    private Connection connected(String database) {
        return await("PostgreSQL takes connections")
                .atMost(TAKE_OVER)
                .ignoreExceptions()
                .until(() -> first().administrator(database), Objects::nonNull);
    }

    /** The name of the database in which the only organization is. */
    String organizationDatabase() throws SQLException {
        return texts("select database_name from organization_database")
                .iterator()
                .next();
    }

    /** The rows of a table as users see them. */
    Set<String> shown(String database, String table) throws SQLException {
        return texts(
                database,
                "select (to_jsonb(t) - array['_as_of','_known_at','_rank','_seen'])::text from %s as t"
                        .formatted(table));
    }

    @Override
    public void close() {
        hosts.reversed().forEach(Server::close);
    }
}
