package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import dev.webhookdb.testkit.simulator.SimulatedWebhook;
import dev.webhookdb.testkit.simulator.Simulation;
import dev.webhookdb.testkit.simulator.Simulators;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bundled connector against its simulated provider, from the first listing to healing: when all is over, a complete listing finds
 * nothing that differs from the tables.
 */
class EveryProviderTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String SECRET = "whsec_secret_of_the_test";
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int PAST = 100;

    /** Every order has a listing of its own, and the simulated shop takes two requests a second, as the real one does. */
    private static final int PAST_OF_A_SHOP = 40;

    private static final Pattern TWILIO_ACCOUNT = Pattern.compile("AC[0-9a-f]{32}");

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.withEveryConnector(
                directory,
                Map.of(
                        "WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8",
                        "WEBHOOKDB_PUBLIC_URL", "https://webhooks.example.com"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void tables_hold_what_the_provider_has(String provider) {
        int past = provider.equals("shopify") ? PAST_OF_A_SHOP : PAST;
        Simulation simulation =
                Simulators.named(provider).orElseThrow().start(new Simulators.Options(3, past, key(provider), 0));
        try (var api = simulation.api()) {
            List<Made> made = integrate(provider, simulation, api.url());
            made.forEach(one -> ended(provider, one));
            // what is listed for each row of another table is listed again when that table's listing has ended
            made.forEach(one -> await().alias(one.service()).atMost(SOON).until(() -> count(provider, one) > 0));

            List<? extends SimulatedWebhook> events = simulation.happen(40);
            for (int i = 0; i < events.size(); i++) {
                if (i % 10 != 7) {
                    deliver(made.getFirst(), simulation, events.get(i));
                }
            }
            await().atMost(SOON).until(() -> host.count(provider, "pending") == 0);
            assertThat(host.webhooks(provider, "failed")).isEmpty();
            assertThat(host.webhooks(provider, "rejected")).isEmpty();

            // a listing counts as of the second in which it was asked for
            Instant delivered = Instant.now();
            await().until(() -> Instant.now().isAfter(delivered.plusSeconds(2)));
            made.forEach(one -> reread(provider, one, false));
            Map<String, Long> different = new HashMap<>();
            made.forEach(one -> different.put(one.service(), reread(provider, one, true)));
            assertThat(different).allSatisfy((service, rows) -> assertThat(rows).isZero());
        }
    }

    private static List<String> providers() {
        return Simulators.names();
    }

    private static List<Made> integrate(String provider, Simulation simulation, URI api) {
        Map<String, String> settings = new HashMap<>(settings(provider, simulation));
        settings.put("api_url", api.toString());
        settings.put("requests_per_second", "1000");
        String json = settings.entrySet().stream()
                .map(setting -> "\"%s\":\"%s\"".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        return host.integrateWith(provider, json, services(provider));
    }

    private static Map<String, String> settings(String provider, Simulation simulation) {
        return switch (provider) {
            case "convertkit" -> Map.of("backfill_secret", KEY);
            case "increase", "stripe" -> Map.of("webhook_secret", SECRET, "backfill_key", key(provider));
            case "shopify" -> Map.of("webhook_secret", SECRET, "shop_name", "acme", "backfill_secret", KEY);
            case "transistor" -> Map.of("backfill_key", KEY);
            case "twilio" ->
                Map.of(
                        "backfill_key",
                        TWILIO_ACCOUNT
                                .matcher(String.join(" ", simulation.introduction()))
                                .results()
                                .map(MatchResult::group)
                                .findFirst()
                                .orElseThrow(),
                        "backfill_secret",
                        KEY);
            default -> throw new IllegalArgumentException(provider);
        };
    }

    private static String key(String provider) {
        return provider.equals("stripe") ? "rk_" + KEY : KEY;
    }

    private static String[] services(String provider) {
        return host.operator("GET", "/connectors", "").json().items("items").stream()
                .filter(connector ->
                        connector.text("id").filter(provider::equals).isPresent())
                .flatMap(connector -> connector.items("services").stream())
                .flatMap(service -> service.text().stream())
                .toArray(String[]::new);
    }

    private static void deliver(Made endpoint, Simulation simulation, SimulatedWebhook webhook) {
        String path = "/v1/service_integrations/" + endpoint.id();
        SignedWebhook signed =
                webhook.signed(URI.create(host.publicUrl() + path), simulation.signingSecret(SECRET), Instant.now());
        String query =
                signed.url().getRawQuery() == null ? "" : "?" + signed.url().getRawQuery();
        Answer answer =
                host.call("POST", path + query, signed.body().getBytes(StandardCharsets.UTF_8), signed.headers());
        assertThat(answer.status()).as(webhook.type()).isBetween(200, 299);
    }

    /** Reads a service again and returns how many rows were not as the provider has them. */
    private static long reread(String provider, Made made, boolean full) {
        runs(provider).begin(made, "{\"full\":%s}".formatted(full));
        return ended(provider, made).number("changed").orElseThrow().longValue();
    }

    private static Json ended(String provider, Made made) {
        Json job = runs(provider).ended(made);
        assertThat(job.text("state")).as(job.toString()).contains("succeeded");
        assertThat(job.number("refused").orElseThrow()).as(made.service()).isZero();
        return job;
    }

    private static Runs runs(String provider) {
        return new Runs(host, provider, SOON);
    }

    private static long count(String provider, Made made) {
        return Long.parseLong(
                host.sql(provider, "select count(*) from " + made.table()).getFirst());
    }
}
