package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is special about the simulated shop, and the other histories of its kind. */
class ShopifySimulatorTest {
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
