package dev.webhookdb.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real client says of a server that cannot do what people want, and where its answers end. */
class FailuresTest {
    private static final Duration RECOVERY = Duration.ofSeconds(40);

    @TempDir
    private static Path directory;

    private static ServerAddress platform;
    private static RunningHost host;
    private static InstalledClient client;

    @BeforeAll
    static void start() {
        platform = TestPostgres.freshAddress();
        host = RunningHost.start(directory, platform, Map.of());
        client = InstalledClient.in(directory);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void a_server_that_is_stopped_is_not_there() throws IOException, InterruptedException {
        String url = host.url();
        Shell shell = shell();
        host.stop();

        String printed = shell.run("ernie", "webhookdb fixtures stripe_charge_v1", List.of());

        host.start();
        assertThat(printed)
                .isEqualTo("There is no server at " + url + ". Start one with 'webhookdb server', or say where it is"
                        + " with --host or WEBHOOKDB_API_HOST.\n(exit status 1)");
    }

    @Test
    void a_server_without_its_database_says_so() throws IOException, InterruptedException {
        Shell shell = shell();
        host.administerServer("alter database \"%s\" allow_connections false".formatted(platform.database()));
        host.administerServer(
                "do $$ begin perform pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'; end $$"
                        .formatted(platform.database()));

        String printed = shell.run("ernie", "webhookdb auth login ernie@example.com", List.of());

        host.administerServer("alter database \"%s\" allow_connections true".formatted(platform.database()));
        await().atMost(RECOVERY).until(() -> get("/readyz").status() == 200);
        assertThat(printed).isEqualTo("The database is away. Try again later.\n(exit status 1)");
    }

    @Test
    void a_defect_of_the_server_is_told_apart_from_a_mistake_of_people() throws IOException, InterruptedException {
        Shell shell = loggedIn("bert");
        host.administerPlatform("alter table audit rename to misplaced");

        String printed = shell.run("bert", "webhookdb org audit", List.of());

        host.administerPlatform("alter table misplaced rename to audit");
        assertThat(printed).isEqualTo("The database refused the request; the server's log says why.\n(exit status 1)");
        assertThat(shell.run("bert", "webhookdb org audit --limit 0", List.of()))
                .endsWith("(exit status 2)");
    }

    @Test
    void more_rows_than_are_sent_are_told_of() throws IOException, InterruptedException {
        Shell shell = loggedIn("oscar");

        String printed =
                shell.run("oscar", "webhookdb db sql 'SELECT * FROM generate_series(1, 1001) AS i'", List.of());

        assertThat(printed)
                .contains("\n1000\n(1000 rows)\n")
                .endsWith("There are more rows: only the first 1000 are here. Add a LIMIT, or use psql: psql"
                        + " \"$(webhookdb db connection)\"");
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/nothing/here", "POST, /v1/me", "GET, /v1/auth", "DELETE, /v1/auth", "GET, /"})
    void a_path_or_method_that_there_is_not_is_answered_like_any_other_refusal(String method, String path) {
        Answer answer = host.call(method, path, new byte[0], Map.of());

        assertThat(answer.status()).isBetween(404, 405);
        assertThat(answer.json().at("error")).isInstanceOf(Json.Obj.class);
        assertThat(answer.json().text("error", "message").orElseThrow()).isNotBlank();
    }

    private static Shell shell() {
        return new Shell(client, directory, host.url());
    }

    private static Shell loggedIn(String who) throws IOException, InterruptedException {
        String email = who + "@example.com";
        Shell shell = shell();
        shell.run(who, "webhookdb auth login " + email, List.of(() -> {
            await().until(() -> host.code(email).isPresent());
            return host.code(email).orElseThrow();
        }));
        return shell;
    }

    private static Answer get(String path) {
        return host.call("GET", path, new byte[0], Map.of());
    }
}
