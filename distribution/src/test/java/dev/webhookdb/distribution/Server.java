package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A host of the installation with its embedded PostgreSQL, on a data directory and a port of its own. Whatever it left running is
 * ended, by its pid, when this is closed.
 */
final class Server implements AutoCloseable {
    static final String SECRET = "whsec_tarball";

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LAST_WORDS = 40;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Path directory = Installation.temporaryDirectory();
    private final URI url = URI.create("http://127.0.0.1:" + freePort());
    private final Map<String, String> environment = new HashMap<>();
    private final AtomicLong deaths = new AtomicLong();
    private volatile Optional<Process> process = Optional.empty();
    private volatile boolean closing;

    Server(Map<String, String> more) {
        environment.put("WEBHOOKDB_SERVER_HOST", "127.0.0.1");
        environment.put("WEBHOOKDB_SERVER_PORT", String.valueOf(url.getPort()));
        environment.put("WEBHOOKDB_PUBLIC_URL", url.toString());
        environment.put("WEBHOOKDB_DATA_DIR", data().toString());
        environment.put("WEBHOOKDB_API_HOST", url.toString());
        environment.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
        environment.putAll(more);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return url;
    }

    Path directory() {
        return directory;
    }

    /** Starts it, also again, and waits until it takes webhooks. */
    void start(Duration limit) {
        launch();
        awaitReady(limit);
    }

    /** From now on it is started again whenever it ends, as a service manager does. */
    void supervise() {
        Thread.ofVirtual().name("supervisor").start(() -> {
            process.orElseThrow().onExit().join();
            while (!closing) {
                deaths.incrementAndGet();
                launch();
                process.orElseThrow().onExit().join();
            }
        });
    }

    /** How often it ended since it is supervised. */
    long deaths() {
        return deaths.get();
    }

    private void launch() {
        try {
            Process started = Installation.unpacked()
                    .builder(environment, "server")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            started.getOutputStream().close();
            process = Optional.of(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady(Duration limit) {
        try {
            await("the host is ready")
                    .atMost(limit)
                    .pollInterval(TICK)
                    .failFast(
                            "the host goes on",
                            () -> assertThat(process.orElseThrow().isAlive())
                                    .as(() -> "It ended. " + lastWords())
                                    .isTrue())
                    .until(() -> status("/readyz") == 200);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("The host is not ready after %s. %s".formatted(limit, lastWords()), e);
        }
    }

    /** What it said last: the log is gone with the directory. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return "The host said:\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of an answer; 0 if there is none. */
    int status(String path) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url.resolve(path)).timeout(PATIENCE).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command of the command line client against this host. */
    Run run(String... arguments) {
        return Installation.unpacked().run(environment, arguments);
    }

    /** The same; it must succeed. */
    Run done(String... arguments) {
        Run run = run(arguments);
        assertThat(run.status())
                .as("%s: %s", String.join(" ", arguments), run.err())
                .isZero();
        return run;
    }

    /** Creates an organization with a table of charges, through the command line client. */
    Charges createCharges(String organization) {
        done("org", "create", organization);
        done("integrations", "create", "stripe_charge_v1", "--set", "webhook_secret=" + SECRET);
        List<String> created =
                done("integrations", "list", "--format", "csv").cells().getFirst();
        String url =
                done("integrations", "info", created.get(2), "--field", "url").out();
        return new Charges(activeOrganization(), created.get(1), URI.create(url.strip()));
    }

    private String activeOrganization() {
        String shown = done("org", "current").out();
        return shown.substring(shown.lastIndexOf('(') + 1, shown.lastIndexOf(')'));
    }

    /** The ids in a table, read as the role that may only read. */
    Set<String> ids(Charges charges) throws SQLException {
        URI address = URI.create(
                done("db", "connection", "--org", charges.organization()).out().strip());
        String[] account = address.getUserInfo().split(":", 2);
        Set<String> ids = new HashSet<>();
        try (Connection connection = connection(address.getPort(), address.getPath(), account[0], account[1]);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select stripe_id from " + charges.table())) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    /** Connects to a database of the embedded PostgreSQL as its superuser. */
    Connection administrator(String database) throws SQLException {
        return connection(postgres().port(), "/" + database, "webhookdb", password());
    }

    /** How another host connects to a database of the embedded PostgreSQL as its superuser. */
    String administratorUrl(String database) {
        return "postgresql://webhookdb:%s@127.0.0.1:%d/%s"
                .formatted(password(), postgres().port(), database);
    }

    private String password() {
        try {
            return Files.readString(data().resolve("postgres/password")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Connection connection(int port, String path, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d%s".formatted(port, path), properties);
    }

    /**
     * Waits until every given id is in the table.
     *
     * @param still for how long none may come into it
     */
    void awaitIds(Charges charges, Set<String> ids, Duration still) {
        Progress.await(
                "every acknowledged webhook is in the table; the host's log: " + log(), still, ids, () -> ids(charges));
    }

    /** SIGKILL for the host alone: PostgreSQL goes on. */
    void kill() {
        process.orElseThrow().destroyForcibly().onExit().join();
    }

    /** SIGTERM; the exit status. */
    int stop(Duration limit) throws InterruptedException {
        Process stopping = process.orElseThrow();
        stopping.destroy();
        assertThat(stopping.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                .as("stopped within %s", limit)
                .isTrue();
        return stopping.exitValue();
    }

    void killPostgres() {
        postgres().kill();
    }

    /** The same, with its data put elsewhere: the host cannot start it again before they are moved back from where this says. */
    Path killPostgresForAWhile() throws IOException {
        Path data = postgres().data();
        Path elsewhere = data.resolveSibling("elsewhere");
        killPostgres();
        Files.move(data, elsewhere);
        return elsewhere;
    }

    Postgres postgres() {
        return new Postgres(data().resolve("postgres/data"));
    }

    String output() {
        try {
            return Files.readString(log(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closing = true;
        process.ifPresent(running -> running.destroyForcibly().onExit().join());
        killPostgres();
        http.close();
        await("nothing writes into the directory any more")
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> {
                    Installation.delete(directory);
                    return true;
                });
    }

    Path data() {
        return directory.resolve("data");
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    /**
     * A table of charges.
     *
     * @param organization its key
     * @param endpoint where webhooks are sent to
     */
    record Charges(String organization, String table, URI endpoint) {}
}
