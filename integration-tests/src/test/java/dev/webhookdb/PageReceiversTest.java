package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receivers in the documentation of HTTP Sync do what it says of them. */
class PageReceiversTest {
    private static final Path GUIDE = Path.of("../docs/httpsync.md");
    private static final Path NODE = Path.of("src", "test", "page-receivers");
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final String CREDENTIALS = "somebody:secret~pass";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FIRST = page("pag_1", "{\"stripe_id\":\"cus_1\",\"email\":\"a@example.com\"}");
    private static final String SECOND = page(
            "pag_2",
            "{\"stripe_id\":\"cus_1\",\"email\":\"b@example.com\",\"deleted_at\":null},{\"stripe_id\":\"cus_2\",\"email\":\"c@example.com\"}");
    private static final String THIRD =
            page("pag_3", "{\"stripe_id\":\"cus_2\",\"email\":null,\"deleted_at\":\"2026-01-01T00:00:00+00:00\"}");

    @TempDir
    private Path directory;

    private Process receiver;
    private int port;

    @AfterEach
    void stop() throws InterruptedException {
        if (receiver != null) {
            receiver.destroy();
            receiver.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_one_in_node_applies_each_page_once_and_takes_nothing_from_others()
            throws IOException, InterruptedException {
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(NODE.resolve(file), directory.resolve(file));
        }
        install();
        Files.writeString(directory.resolve("receiver.mjs"), code("js"));
        ServerAddress database = TestPostgres.freshAddress();
        start(Map.of("DATABASE_URL", url(database)), "node", "receiver.mjs");

        sendEverything();

        try (Database opened = TestPostgres.open(database)) {
            List<String> customers =
                    opened.transaction(session -> session.sql("select concat_ws(' ', id, email) as one from customer")
                            .list(row -> row.text("one")));
            assertThat(customers).containsExactly("cus_1 b@example.com");
        }
    }

    @Test
    void the_one_in_python_applies_each_page_once_and_takes_nothing_from_others()
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("receiver.py"), code("python"));
        Path database = directory.resolve("data.sqlite");
        start(Map.of("DATABASE", database.toString()), "python3", "receiver.py");

        sendEverything();

        Process query = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('select id, email from customer'))",
                        database.toString())
                .start();
        assertThat(new String(query.getInputStream().readAllBytes(), UTF_8).strip())
                .isEqualTo("('cus_1', 'b@example.com')");
    }

    private static String url(ServerAddress address) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        URLEncoder.encode(address.username(), UTF_8),
                        URLEncoder.encode(address.password().reveal(), UTF_8),
                        address.host(),
                        address.port(),
                        address.database());
    }

    /** Pages in their order, some twice, and what somebody else would send. */
    private void sendEverything() throws IOException, InterruptedException {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> send("{\"rows\":[]}", "pag_0", CREDENTIALS) == 204);

        assertThat(send(FIRST, "pag_1", CREDENTIALS)).isEqualTo(204);
        assertThat(send(SECOND, "pag_2", CREDENTIALS)).isEqualTo(204);
        assertThat(send(FIRST, "pag_1", CREDENTIALS)).as("once more").isEqualTo(204);
        assertThat(send(THIRD, "pag_3", CREDENTIALS)).isEqualTo(204);
        assertThat(send(SECOND, "pag_2", CREDENTIALS)).as("once more").isEqualTo(204);
        assertThat(send(page("pag_4", "{\"stripe_id\":\"cus_9\",\"email\":null}"), "pag_4", "somebody:else"))
                .as("another password")
                .isEqualTo(401);
        assertThat(sendForged(page("pag_5", "{\"stripe_id\":\"cus_9\",\"email\":null}")))
                .as("another signature")
                .isEqualTo(401);
    }

    private void start(Map<String, String> variables, String... command) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("printed").toFile());
        builder.environment().putAll(variables);
        builder.environment()
                .putAll(Map.of("PORT", Integer.toString(port), "SYNC_CREDENTIALS", CREDENTIALS, "SYNC_SECRET", SECRET));
        try {
            receiver = builder.start();
        } catch (IOException e) {
            abort("%s is not installed: %s".formatted(command[0], e.getMessage()));
        }
    }

    /** Without Node or the registry of its libraries, the test is aborted. */
    private void install() throws InterruptedException {
        try {
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("installed").toFile())
                    .start();
            if (!npm.waitFor(2, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                abort("The libraries for Node could not be installed.");
            }
        } catch (IOException e) {
            abort("Node is not installed: %s".formatted(e.getMessage()));
        }
    }

    private static String code(String language) throws IOException {
        Matcher block = Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(block.find()).as(language).isTrue();
        return block.group(1);
    }

    private static String page(String id, String rows) {
        return "{\"rows\":[%s],\"page_id\":\"%s\",\"sequence\":1}".formatted(rows, id);
    }

    private int send(String body, String id, String credentials) throws IOException, InterruptedException {
        return send(body, id, credentials, KEY);
    }

    private int sendForged(String body) throws IOException, InterruptedException {
        return send(body, "pag_5", CREDENTIALS, "another key".getBytes(UTF_8));
    }

    private int send(String body, String id, String credentials, byte[] key) throws IOException, InterruptedException {
        String timestamp = Long.toString(Instant.now().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/sync".formatted(port)))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + signature(key, "%s.%s.%s".formatted(id, timestamp, body)))
                .POST(BodyPublishers.ofString(body))
                .build();
        // a receiver that speaks HTTP/1.0 closes its connections, and whoever keeps one notices too late
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    private static String signature(byte[] key, String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
