package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider that can be simulated. */
class SimulatorsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    static List<String> names() {
        return Simulators.names();
    }

    @Test
    void theProvidersAreNamedLikeTheirConnectors() {
        assertThat(Simulators.names()).contains("convertkit", "increase", "stripe", "transistor");
        assertThat(Simulators.named("nobody")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anAccountIntroducesItselfAndGoesOnLiving(String name) {
        Simulation simulation = start(name, 30);
        try (SimulatedApi api = simulation.api()) {
            assertThat(simulation.introduction())
                    .hasSizeGreaterThan(1)
                    .anyMatch(line -> line.contains(api.url().toString()) && line.contains("key_1"));
            List<? extends SimulatedWebhook> events = simulation.happen(5);
            assertThat(events.stream().map(SimulatedWebhook::id).distinct()).hasSameSizeAs(events);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSeedDecidesTheHistory(String name) {
        assertThat(types(name)).isEqualTo(types(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aWebhookIsSignedWhenItIsDelivered(String name) {
        Simulation simulation = start(name, 30);
        try (SimulatedApi api = simulation.api()) {
            assertThat(api.requests()).isZero();
            assertThat(simulation.happen(3)).allSatisfy(webhook -> {
                SignedWebhook signed = webhook.signed(
                        URI.create("https://example.org/hook"), simulation.signingSecret("secret"), Instant.now());
                assertThat(signed.body()).isNotEmpty();
                assertThat(signed.request().headers().map()).containsKey("Content-Type");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void whoHasNoKeyIsRefusedAndEveryErrorIsJson(String name) throws Exception {
        try (SimulatedApi api = start(name, 5).api()) {
            HttpResponse<String> refused = get(api.url());

            assertThat(refused.statusCode()).isEqualTo(401);
            for (int status : List.of(401, 403, 404, 429, 500, 503)) {
                Reply error = api.error(status);
                assertThat(error.status()).isEqualTo(status);
                assertThat(error.headers().get("Content-Type")).startsWith("application/json");
            }
        }
    }

    private static List<String> types(String name) {
        Simulation simulation = start(name, 30);
        try (SimulatedApi api = simulation.api()) {
            assertThat(api.requests()).isZero();
            return simulation.happen(20).stream()
                    .<String>map(SimulatedWebhook::type)
                    .toList();
        }
    }

    private static Simulation start(String name, int events) {
        return Simulators.named(name).orElseThrow().start(new Simulators.Options(3, events, "key_1", 0));
    }

    private static HttpResponse<String> get(URI url) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }
}
