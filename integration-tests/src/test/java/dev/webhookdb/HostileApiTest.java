package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.api.RawClient;
import dev.webhookdb.json.JsonWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers and members send to the API that nobody in his right mind would. */
class HostileApiTest {
    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        host.operator("POST", "/organizations", "{\"name\":\"Acme\"}");
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    static Stream<List<String>> expanding() {
        return Stream.of(
                List.of("/v1/auth", "{\"email\":1e999999999}"),
                List.of("/v1/auth", "{\"email\":1e-999999999}"),
                List.of("/v1/auth", "{\"email\":%s}".formatted("7".repeat(60_000))),
                List.of("/v1/auth", "{\"email\":0.%s1}".formatted("0".repeat(60_000))),
                List.of("/v1/auth", "{\"email\":\"%s\"}".formatted("7".repeat(60_000))),
                List.of("/v1/auth/logout", "{\"all\":1e100000000}"),
                List.of("/v1/auth/logout", "{\"all\":1e1000000000000000000}"),
                List.of("/v1/auth", "[".repeat(60_000)),
                List.of("/v1/auth", "{\"email\":%s}".formatted("[".repeat(30_000) + "]".repeat(30_000))));
    }

    @ParameterizedTest
    @MethodSource("expanding")
    @Timeout(5)
    void what_would_grow_is_refused_at_once(List<String> request) {
        assertThat(post(request.get(0), request.get(1)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/auth", "/v1/auth/logout", "/v1/operator/organizations"})
    void a_body_larger_than_the_route_needs_is_413(String path) {
        Answer answer = post(path, "{\"email\":\"%s\",\"name\":\"x\"}".formatted("7".repeat(70_000)));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(message(answer)).contains("larger than 65536 bytes");
    }

    @Test
    void a_statement_may_be_longer_and_not_without_limit() {
        String select = "select 1 as one -- " + "x".repeat(500_000);

        assertThat(post("/v1/db/acme/sql", "{\"query\":\"%s\"}".formatted(select))
                        .status())
                .isEqualTo(200);
        assertThat(post("/v1/db/acme/sql", "{\"query\":\"%s\"}".formatted(select.repeat(3)))
                        .status())
                .isEqualTo(413);
    }

    static Stream<List<String>> unstorable() {
        return Stream.of(
                List.of("/v1/auth", "{\"email\":\"a\\u0000@example.org\"}", "email"),
                List.of("/v1/auth", "{\"email\":\"a\\ud800@example.org\"}", "email"),
                List.of("/v1/auth", "{\"e\\u0000\":\"a\"}", "name in the body"),
                List.of("/v1/db/acme/sql", "{\"query\":\"select '\\u0000'\"}", "query"),
                List.of(
                        "/v1/organizations/acme/saved_queries/create",
                        "{\"description\":[{\"deep\":\"\\u0000\"}]}",
                        "deep"),
                List.of("/v1/operator/organizations", "{\"name\":\"a\\u0000b\"}", "name"),
                List.of("/v1/auth?email=%00", "{}", "email"),
                List.of("/v1/auth?email=%ff", "{}", "email"),
                List.of("/v1/auth?email=%ed%a0%80", "{}", "email"),
                List.of("/v1/auth?email=100%", "{}", "email"),
                List.of("/v1/auth?email=%4", "{}", "email"),
                List.of("/v1/auth?%00=a", "{}", "query"),
                List.of("/v1/organizations/a%00b/rename", "{}", "path"),
                List.of("/v1/organizations/a%ffb/rename", "{}", "path"),
                List.of("/v1/organizations/a%zzb/rename", "{}", "path"));
    }

    @ParameterizedTest
    @MethodSource("unstorable")
    void text_that_cannot_be_stored_is_400_with_the_fields_name(List<String> request) {
        RawClient.Answer answer =
                raw("POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(
                                request.get(0),
                                host.operatorToken(),
                                request.get(1).length(),
                                request.get(1)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(request.get(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Whdb-Auth-Token", "Authorization", "Whdb-Api-Key", "Whdb-Short-Session", "X-Forwarded-For"})
    void headers_that_hold_anything_are_the_senders_fault(String header) {
        for (String value : List.of("a\0b", "Bearer \0", "\u00ff\u00fe", "x".repeat(60_000))) {
            assertThat(raw("GET /v1/organizations HTTP/1.1\r\nHost: a\r\n%s: %s\r\n\r\n".formatted(header, value))
                            .status())
                    .isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after=%2B999999999-12-31",
                "before=-999999999-01-01",
                "after=0000-01-01",
                "limit=99999999999999999999",
                "limit=1e9",
                "cursor=999999999999999999-999999999999999999",
                "cursor=%2E%2E"
            })
    void what_is_out_of_range_is_never_our_fault(String query) {
        Answer answer = host.call(
                "GET",
                "/v1/organizations/acme/webhooks?" + query,
                new byte[0],
                Map.of("Authorization", "Bearer " + host.operatorToken()));

        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isIn(200, 400);
    }

    @Test
    void answers_are_kept_by_nobody_on_the_way() {
        Answer connection = host.operator("GET", "/organizations/acme/connection", "");
        assertThat(connection.headers()).containsEntry("cache-control", "no-store");
        assertThat(post("/v1/auth", "{\"email\":\"nobody\"}").headers()).containsEntry("cache-control", "no-store");
        assertThat(host.call("GET", "/v1/none", new byte[0], Map.of()).headers())
                .containsEntry("cache-control", "no-store");
    }

    @Test
    void trees_that_do_not_fit_are_refused_and_nothing_stays_charged() {
        String body = "{\"query\":[%s{}]}".formatted("{\"\":{}},".repeat(120_000));
        for (int i = 0; i < 12; i++) {
            assertThat(post("/v1/db/acme/sql", body).status()).isIn(400, 413, 503);
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> post("/v1/auth", "{\"email\":\"nobody\"}").status() == 400);
    }

    private static Answer post(String path, String body) {
        return host.call(
                "POST",
                path,
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", "Bearer " + host.operatorToken()));
    }

    private static String message(Answer answer) {
        return answer.json().text("error", "message").orElse("");
    }

    private static RawClient.Answer raw(String request) {
        try (RawClient client = RawClient.to(URI.create(host.url()).getPort())) {
            return client.send(request).answer();
        }
    }
}
