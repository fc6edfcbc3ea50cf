package dev.webhookdb;

import static org.awaitility.Awaitility.await;

import com.stripe.net.Webhook;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.connectors.stripe.StripeConnector;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.sql.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A host in this process, on a database of its own, with the real Stripe connector; and what an outsider can do with it. */
public final class RunningHost implements AutoCloseable {
    /** The signing secret of every endpoint. */
    public static final String SECRET = "whsec_test";

    private static final RetryPolicy SOON = Backfills.retries(8, Duration.ofMillis(20), Duration.ofMillis(200));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Path directory;
    private final ServerAddress address;
    private final Map<String, String> environment;
    private final RetryPolicy retries;
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private Host host;
    private int front;

    private RunningHost(Path directory, ServerAddress address, Map<String, String> environment, RetryPolicy retries) {
        this.directory = directory;
        this.address = address;
        this.environment = environment;
        this.retries = retries;
    }

    /** Starts a host. */
    public static RunningHost start(Path directory, Map<String, String> environment) {
        return start(directory, TestPostgres.platformAddress(), environment);
    }

    /** Starts a host with every bundled connector. */
    public static RunningHost withEveryConnector(Path directory, Map<String, String> environment) {
        ServiceLoader.load(Connector.class).forEach(connector -> install(connector, directory.resolve("connectors")));
        return start(directory, environment);
    }

    /** Starts a host whose databases are on a given server. */
    public static RunningHost start(Path directory, ServerAddress address, Map<String, String> environment) {
        return start(directory, address, environment, Applier.RETRIES);
    }

    /** Starts a host that does not take half an hour to give a webhook up. */
    public static RunningHost start(Path directory, RetryPolicy retries) {
        return start(directory, TestPostgres.platformAddress(), Map.of(), retries);
    }

    private static RunningHost start(
            Path directory, ServerAddress address, Map<String, String> environment, RetryPolicy retries) {
        install(new StripeConnector(), directory.resolve("connectors"));
        ServiceLoader.load(Destination.class)
                .forEach(destination -> installDestination(destination, directory.resolve("destinations")));
        var running = new RunningHost(directory, address, environment, retries);
        running.start();
        return running;
    }

    /** What it is started with. */
    Configuration configuration() {
        Map<String, String> values = new HashMap<>(Map.of(
                "WEBHOOKDB_DESTINATIONS_DIR", directory.resolve("destinations").toString(),
                "WEBHOOKDB_SERVER_PORT", "0",
                "WEBHOOKDB_SERVER_HOST", "127.0.0.1",
                "WEBHOOKDB_DATA_DIR", directory.resolve("data").toString(),
                "WEBHOOKDB_CONNECTORS_DIR", directory.resolve("connectors").toString(),
                "WEBHOOKDB_DATABASE_URL",
                        "postgresql://%s:%d/%s".formatted(address.host(), address.port(), address.database()),
                "WEBHOOKDB_DATABASE_USERNAME", address.username(),
                "WEBHOOKDB_DATABASE_PASSWORD", address.password().reveal()));
        values.putAll(environment);
        return ConfigurationLoader.load(Optional.empty(), values, directory);
    }

    /** Starts it, again after {@link #stop}. */
    public void start() {
        host = Host.start(
                configuration(),
                new Host.Patience(
                        retries,
                        SOON,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2)),
                codes::put);
    }

    /** Stops it. */
    public void stop() {
        host.close();
    }

    @Override
    public void close() {
        stop();
    }

    /** An answer: its status, one header's worth of reason, and its JSON. */
    public record Answer(int status, Map<String, String> headers, Json json) {}

    /** An integration, as the operator's interface shows it. */
    public record Made(String id, String service, String table) {}

    /** Where it listens. */
    public String url() {
        return "http://127.0.0.1:" + (front == 0 ? host.port() : front);
    }

    /** The same host, called at the port of something in front of it. */
    RunningHost at(int port) {
        var fronted = new RunningHost(directory, address, environment, retries);
        fronted.host = host;
        fronted.front = port;
        return fronted;
    }

    /** Starts another host on the same databases. */
    RunningHost another() {
        var other = new RunningHost(directory, address, environment, retries);
        other.start();
        return other;
    }

    /** The method and path of every route. */
    List<String> routes() {
        return host.routes();
    }

    /** What providers call, without a path. */
    public URI publicUrl() {
        return host.publicUrl();
    }

    /** Calls the operator's interface. */
    public Answer operator(String method, String path, String body) {
        return call(
                method,
                "/v1/operator" + path,
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", "Bearer " + operatorToken()));
    }

    /** The operator's token. */
    public String operatorToken() {
        try {
            return Files.readString(directory.resolve("data/operator-token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates an organization, and one endpoint for services; returns the integrations in that order. */
    public List<Made> integrate(String organization, String... services) {
        return integrateWith(organization, "{\"webhook_secret\":\"%s\"}".formatted(SECRET), services);
    }

    /** Creates an organization, and an endpoint for a service that asks for no settings. */
    public Made integrateOpen(String organization, String service) {
        return integrateWith(organization, "{}", service).getFirst();
    }

    /** Creates an organization, and one endpoint for services with settings, a JSON object. */
    public List<Made> integrateWith(String organization, String settings, String... services) {
        patiently(() -> operator("POST", "/organizations", "{\"name\":\"%s\"}".formatted(organization)));
        String names = Stream.of(services).map(name -> '"' + name + '"').collect(Collectors.joining(","));
        Answer answer = operator(
                "POST",
                "/organizations/%s/integrations".formatted(organization),
                "{\"services\":[%s],\"settings\":%s}".formatted(names, settings));
        List<Made> made = new ArrayList<>();
        for (Json item : answer.json().items("items")) {
            made.add(new Made(
                    item.text("opaque_id").orElseThrow(),
                    item.text("service_name").orElseThrow(),
                    item.text("table_name").orElseThrow()));
        }
        if (made.isEmpty()) {
            throw new AssertionError(JsonWriter.write(answer.json()));
        }
        return made;
    }

    /**
     * Asks again, as the answer 503 wants it: where many tests share a machine, connections to a new database can take longer than a
     * request waits for them.
     */
    static Answer patiently(Supplier<Answer> request) {
        return await().pollDelay(Duration.ZERO)
                .atMost(Duration.ofMinutes(1))
                .until(request::get, answer -> answer.status() != 503);
    }

    /** Sends a webhook, signed by Stripe's own library. */
    public Answer send(String endpoint, String body) {
        return send(endpoint, body.getBytes(StandardCharsets.UTF_8), SECRET);
    }

    /** Sends a webhook, signed with a secret. */
    public Answer send(String endpoint, byte[] body, String secret) {
        return call(
                "POST",
                "/v1/service_integrations/" + endpoint,
                body,
                Map.of("Stripe-Signature", signature(body, secret)));
    }

    /** Sends a webhook, as a provider whose requests are not signed. */
    public Answer deliver(Made integration, String body) {
        return call(
                "POST",
                "/v1/service_integrations/" + integration.id(),
                body.getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    /** Sends any request. */
    public Answer call(String method, String path, byte[] body, Map<String, String> headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
            headers.forEach(request::header);
            HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, String> first = new HashMap<>();
            response.headers().map().forEach((name, values) -> first.put(name, values.getFirst()));
            boolean json = first.getOrDefault("content-type", "").startsWith("application/json");
            return new Answer(response.statusCode(), first, json ? JsonReader.read(response.body()) : new Json.Null());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The newest one-time password that was sent to an address. */
    public Optional<String> code(String email) {
        return Optional.ofNullable(codes.get(email));
    }

    /** The name of the platform's own database. */
    public String database() {
        return address.database();
    }

    /** Runs a statement in the platform's own database. */
    public void administerPlatform(String statement) {
        try (var database = TestPostgres.open(address)) {
            database.autocommit(session -> session.sql(statement).execute());
        }
    }

    /** Asks the platform's own database. */
    public List<String> platform(String query) {
        try (var database = TestPostgres.open(address)) {
            return rows(database, query);
        }
    }

    /** Counts an organization's webhooks in a state. */
    public long count(String organization, String state) {
        return operator("GET", "/organizations/%s/webhooks/counts".formatted(organization), "")
                .json()
                .number("counts", state)
                .orElseThrow()
                .longValue();
    }

    /** Lists an organization's webhooks in a state. */
    public List<Json> webhooks(String organization, String state) {
        return operator("GET", "/organizations/%s/webhooks?limit=1000&state=%s".formatted(organization, state), "")
                .json()
                .items("items");
    }

    /** Runs statements in an organization's database as the server's administrator. */
    public void administer(String organization, String... statements) {
        try (var database = administered(organization)) {
            for (String statement : statements) {
                database.autocommit(session -> session.sql(statement).execute());
            }
        }
    }

    /** Runs a statement on the server, as its administrator. */
    public void administerServer(String statement) {
        try (var database = TestPostgres.administration()) {
            database.autocommit(session -> session.sql(statement).execute());
        }
    }

    /** Asks what the read-only role may not see. */
    public List<String> asAdministrator(String organization, String query) {
        try (var database = administered(organization)) {
            return rows(database, query);
        }
    }

    /** Asks with the read-only role; NULL is "NULL". Columns are divided by a bar. */
    public List<String> sql(String organization, String query) {
        try (var database = TestPostgres.open(ServerAddress.parse(connection(organization)))) {
            return rows(database, query);
        }
    }

    private static List<String> rows(Database database, String query) {
        return database.transaction(session -> session.sql(query)
                .list(row -> row.columns().stream()
                        .map(column -> row.optionalText(column).orElse("NULL"))
                        .collect(Collectors.joining("|"))));
    }

    private Database administered(String organization) {
        String name = ServerAddress.parse(connection(organization)).database();
        return TestPostgres.open(TestPostgres.server().withDatabase(name));
    }

    private String connection(String organization) {
        return operator("GET", "/organizations/%s/connection".formatted(organization), "")
                .json()
                .text("connection_url")
                .orElseThrow();
    }

    private static String signature(byte[] body, String secret) {
        try {
            long now = Instant.now().getEpochSecond();
            String signed = now + "." + new String(body, StandardCharsets.UTF_8);
            return "t=%d,v1=%s".formatted(now, Webhook.Util.computeHmacSha256(secret, signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Packages a connector from wherever the build has it: a JAR, or a directory of classes. */
    private static void install(Connector connector, Path connectors) {
        pack(connector.getClass(), "Connector", connectors.resolve(connector.id() + ".jar"));
    }

    /** Its driver is in its JAR. */
    private static void installDestination(Destination destination, Path destinations) {
        pack(destination.getClass(), "Destination", destinations.resolve(destination.id() + ".jar"));
    }

    private static void pack(Class<?> provider, String kind, Path file) {
        try {
            Path source = Path.of(
                    provider.getProtectionDomain().getCodeSource().getLocation().toURI());
            Files.createDirectories(file.getParent());
            var manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().putValue(kind + "-Spi-Version", "1.0");
            manifest.getMainAttributes().putValue(kind + "-Version", "1.0.0");
            try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
                copy(source, jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path source, JarOutputStream jar) throws IOException {
        if (Files.isDirectory(source)) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    jar.putNextEntry(new ZipEntry(source.relativize(file).toString()));
                    Files.copy(file, jar);
                }
            }
            return;
        }
        try (var zip = new ZipFile(source.toFile())) {
            for (ZipEntry entry : zip.stream()
                    .filter(one -> !one.isDirectory() && !one.getName().equals("META-INF/MANIFEST.MF"))
                    .toList()) {
                jar.putNextEntry(new ZipEntry(entry.getName()));
                zip.getInputStream(entry).transferTo(jar);
            }
        }
    }
}
