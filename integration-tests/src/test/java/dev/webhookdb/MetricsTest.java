package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a running host tells Prometheus, and whom. */
class MetricsTest {
    private static final String TOKEN = "a-token-of-some-length";
    private static final Pattern SAMPLE = Pattern.compile(
            "(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? (?<value>[-+0-9.eE]+|NaN|[+-]?Inf)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (?<name>\\S+) (counter|gauge|histogram|summary|untyped)");

    @TempDir
    private Path directory;

    @Test
    void a_program_of_this_machine_reads_what_prometheus_can_parse() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            HttpResponse<String> answer = get(host, Map.of());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            requireParsable(answer.body());
        }
    }

    @Test
    void the_numbers_move_when_a_webhook_is_taken_and_stored_and_name_nobody() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Made charges = host.integrate("tenant", "stripe_charge_v1").getFirst();
            String accepted = "webhookdb_ingest_requests_seconds_count{outcome=\"accepted\"}";
            String rejected = "webhookdb_ingest_requests_seconds_count{outcome=\"rejected\"}";
            String unknown = "webhookdb_ingest_requests_seconds_count{outcome=\"unknown\"}";
            String done = "webhookdb_apply_webhooks_total{outcome=\"done\"}";
            assertThat(value(host, accepted)).isZero();

            assertThat(host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", 1, "evt_1"))
                            .status())
                    .isEqualTo(202);
            host.call("POST", "/v1/service_integrations/" + charges.id(), new byte[] {'{', '}'}, Map.of());
            host.call("POST", "/v1/service_integrations/svi_nobody", new byte[0], Map.of());

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(value(host, done)).isEqualTo(1));
            assertThat(value(host, accepted)).isEqualTo(1);
            assertThat(value(host, rejected)).isEqualTo(1);
            assertThat(value(host, unknown)).isEqualTo(1);
            assertThat(value(host, "webhookdb_ingest_commit_seconds_count{outcome=\"committed\"}"))
                    .isPositive();
            assertThat(value(host, "webhookdb_store_states_total{source=\"webhook\"}"))
                    .isEqualTo(1);
            assertThat(value(host, "webhookdb_apply_delay_seconds_count")).isEqualTo(1);
            assertThat(value(host, "webhookdb_pool_wait_seconds_count{outcome=\"obtained\",pool=\"ingest\"}"))
                    .isPositive();
            assertThat(value(host, "webhookdb_pool_wait_seconds_count{outcome=\"obtained\",pool=\"organizations\"}"))
                    .isPositive();
            assertThat(get(host, Map.of()).body())
                    .doesNotContainIgnoringCase("tenant")
                    .doesNotContain(charges.id(), RunningHost.SECRET, host.operatorToken());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For, 203.0.113.9",
        "X-Forwarded-For, 127.0.0.1",
        "Forwarded, for=203.0.113.9",
        "X-Real-IP, 203.0.113.9",
        "X-Forwarded-Host, hooks.example.com",
        "X-Forwarded-Proto, https",
        "Via, 1.1 proxy"
    })
    void what_comes_by_way_of_a_proxy_is_forbidden(String header, String value) throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            HttpResponse<String> answer = get(host, Map.of(header, value));

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("metrics.token").doesNotContain("jvm_");
        }
    }

    @Test
    void a_trusted_proxy_on_this_machine_is_no_program_of_it_whatever_it_writes() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_SERVER_TRUSTED_PROXIES", "127.0.0.1"))) {
            assertThat(get(host, Map.of()).statusCode()).isEqualTo(403);
            assertThat(get(host, Map.of("X-Forwarded-For", "203.0.113.9")).statusCode())
                    .isEqualTo(403);
            assertThat(get(host, Map.of("X-Forwarded-For", "127.0.0.1")).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void whoever_has_the_token_reads_it_by_way_of_a_proxy_and_a_wrong_one_is_told() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_METRICS_TOKEN", TOKEN))) {
            String proxied = "203.0.113.9";
            assertThat(get(host, Map.of("X-Forwarded-For", proxied, "Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(host, Map.of("X-Forwarded-For", proxied, "Authorization", "Bearer " + TOKEN + "x"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(get(host, Map.of("X-Forwarded-For", proxied)).statusCode())
                    .isEqualTo(403);
            assertThat(get(host, Map.of()).statusCode()).isEqualTo(200);
            assertThat(get(host, Map.of("X-Forwarded-For", proxied, "Authorization", "Bearer " + host.operatorToken()))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void nothing_is_measured_where_that_is_switched_off() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_METRICS_ENABLED", "false"))) {
            HttpResponse<String> answer = get(host, Map.of());

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("metrics.enabled");
        }
    }

    private static void requireParsable(String text) {
        Set<String> types = new HashSet<>();
        Set<String> samples = new HashSet<>();
        assertThat(text).endsWith("\n");
        text.lines().forEach(line -> {
            if (line.startsWith("# TYPE")) {
                Matcher type = TYPE.matcher(line);
                assertThat(type.matches()).as(line).isTrue();
                assertThat(types.add(type.group("name"))).as(line).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(samples.add(sample.group("name") + sample.group("labels")))
                        .as(line)
                        .isTrue();
                assertThat(types)
                        .as(line)
                        .anyMatch(type -> sample.group("name").matches(Pattern.quote(type) + "(_bucket|_sum|_count)?"));
            }
        });
        assertThat(samples).hasSizeGreaterThan(50);
    }

    private static double value(RunningHost host, String sample) throws IOException, InterruptedException {
        Optional<String> line = get(host, Map.of())
                .body()
                .lines()
                .filter(one -> one.startsWith(sample + " "))
                .findFirst();
        return line.map(found -> Double.parseDouble(found.substring(sample.length() + 1)))
                .orElseThrow(() -> new AssertionError("There is no " + sample));
    }

    private static HttpResponse<String> get(RunningHost host, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host.url() + "/metrics"));
        headers.forEach(request::header);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
