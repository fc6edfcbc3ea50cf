package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first log-in of an installation without mail: what the server prints is enough. */
class BootstrapTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern PRINTED = Pattern.compile("one-time password for boss@example\\.com: (\\d{6})");
    private static final Pattern ADDRESS = Pattern.compile("WEBHOOKDB_API_HOST=(\\S+)");

    @TempDir
    private Path directory;

    @Test
    void the_printed_password_logs_in_although_nobody_may_sign_up() throws Exception {
        Process server = run("server", "--bootstrap-admin", "Boss@example.com");
        try {
            String code = printed(PRINTED);
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(printed(ADDRESS) + "/v1/auth"))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"email\":\"boss@example.com\",\"token\":\"%s\"}".formatted(code)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Whdb-Auth-Token")).isPresent();
            assertThat(answer.body()).contains("boss_org");
        } finally {
            server.destroy();
            assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void what_is_no_address_is_refused_before_the_server_starts() throws Exception {
        Process server = run("server", "--bootstrap-admin=nobody");

        assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(2);
        assertThat(output()).contains("'nobody' cannot be used with --bootstrap-admin");
    }

    private Process run(String... arguments) throws IOException {
        ServerAddress address = TestPostgres.freshAddress();
        var builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.webhookdb.Main"),
                        Stream.of(arguments))
                .toList());
        builder.environment()
                .putAll(Map.of(
                        "WEBHOOKDB_ACCOUNTS_SIGN_UP", "invite-only",
                        "WEBHOOKDB_SERVER_PORT", "0",
                        "WEBHOOKDB_DATA_DIR", directory.resolve("data").toString(),
                        "WEBHOOKDB_CONNECTORS_DIR", directory.toString(),
                        "WEBHOOKDB_DATABASE_URL",
                                "postgresql://%s:%d/%s".formatted(address.host(), address.port(), address.database()),
                        "WEBHOOKDB_DATABASE_USERNAME", address.username(),
                        "WEBHOOKDB_DATABASE_PASSWORD", address.password().reveal()));
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private String printed(Pattern pattern) {
        return await().atMost(PATIENCE)
                .until(
                        () -> Optional.of(pattern.matcher(output()))
                                .filter(Matcher::find)
                                .map(matcher -> matcher.group(1)),
                        Optional::isPresent)
                .orElseThrow();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }
}
