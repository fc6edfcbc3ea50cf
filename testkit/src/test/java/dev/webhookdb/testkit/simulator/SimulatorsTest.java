package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all simulated providers have in common. */
class SimulatorsTest {
    @ParameterizedTest
    @MethodSource("dev.webhookdb.testkit.simulator.Simulators#names")
    void aSimulationHasAPastAndGoesOnAtThePresent(String provider) throws Exception {
        Simulation simulation =
                Simulators.named(provider).orElseThrow().start(new Simulators.Options(1, 300, "key_1", 0));
        try (SimulatedApi api = simulation.api();
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(simulation.introduction())
                    .hasSizeGreaterThan(1)
                    .last()
                    .asString()
                    .contains("curl", "key_1");
            assertThat(client.send(HttpRequest.newBuilder(api.url()).build(), BodyHandlers.discarding())
                            .statusCode())
                    .as("nobody is let in without the key")
                    .isEqualTo(401);

            assertThat(simulation.happen(3)).hasSizeGreaterThanOrEqualTo(3).allSatisfy(webhook -> {
                SignedWebhook signed = webhook.signed(
                        URI.create("https://example.org/hook"), simulation.signingSecret("secret"), Instant.now());
                assertThat(signed.body()).isNotEmpty();
                assertThat(signed.request().headers().map()).containsKey("Content-Type");
            });
        }
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(ShopifySimulator.seeded(7).happen(300))
                .isEqualTo(ShopifySimulator.seeded(7).happen(300))
                .isNotEqualTo(ShopifySimulator.seeded(8).happen(300));
        assertThat(TwilioSimulator.seeded(7).happen(300))
                .isEqualTo(TwilioSimulator.seeded(7).happen(300))
                .isNotEqualTo(TwilioSimulator.seeded(8).happen(300));
        assertThat(StripeSimulator.seeded(7).wholeBusiness(true).happen(300))
                .isEqualTo(StripeSimulator.seeded(7).wholeBusiness(true).happen(300));
    }

    /** Forty requests at once, then two a second: https://shopify.dev/docs/api/admin-rest/usage/rate-limits. */
    @Test
    void aShopsBucketOverflows() {
        try (ShopifyApi api =
                ShopifyApi.serving(ShopifySimulator.seeded(1), "token").limited()) {
            Call call = new Call(
                    "GET", "/admin/api/2026-07/orders.json", Map.of(), Map.of("x-shopify-access-token", "token"), "");

            assertThat(IntStream.range(0, 40).map(i -> api.answer(call).status()))
                    .containsOnly(200);
            Reply refused = IntStream.range(0, 5)
                    .mapToObj(i -> api.answer(call))
                    .filter(reply -> reply.status() == 429)
                    .findFirst()
                    .orElseThrow();
            assertThat(refused.headers()).containsEntry("Retry-After", "2.0");
        }
    }
}
