package dev.webhookdb.connectors.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.Mutations;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.ShopifyApi;
import dev.webhookdb.testkit.simulator.ShopifyEvent;
import dev.webhookdb.testkit.simulator.ShopifySimulator;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Shopify's own library for Node judges the same requests and reads the same pages. */
class ShopifyOracleTest {
    private static final String SECRET = "shpss_0123456789";
    private static final int MUTATIONS = 10_000;
    private static final Mutations BASE64 = new Mutations("ABCxyz0189+/=", List.of());

    private record Sent(Map<String, String> headers, String body) {
        String json() {
            return "{\"headers\":{%s},\"body\":%s}"
                    .formatted(
                            headers.entrySet().stream()
                                    .map(header -> quoted(header.getKey()) + ":" + quoted(header.getValue()))
                                    .collect(joining(",")),
                            quoted(body));
        }
    }

    @BeforeAll
    static void install() {
        ShopifyLibrary.install();
    }

    @Test
    void ourVerdictOnMutationsIsShopifys() {
        var random = new Random(20_240_509);
        List<ShopifyEvent> events = ShopifySimulator.seeded(1).happen(200);
        List<Sent> requests = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            requests.add(request(events.get(random.nextInt(events.size())), random));
        }

        List<Boolean> theirs = ShopifyLibrary.run(
                        "verdicts.mjs",
                        List.of(SECRET),
                        requests.stream().map(Sent::json).collect(joining("\n", "", "\n")))
                .stream()
                .map(Boolean::parseBoolean)
                .toList();

        assertThat(theirs).hasSize(MUTATIONS);
        for (int i = 0; i < MUTATIONS; i++) {
            assertThat(ours(requests.get(i))).as(requests.get(i).toString()).isEqualTo(theirs.get(i));
        }
        assertThat(theirs.stream().filter(accepted -> accepted).count())
                .as("both verdicts occur often")
                .isBetween(MUTATIONS / 20L, MUTATIONS * 9L / 10);
    }

    @Test
    void shopifysClientReadsEveryOrderOfTheSimulatedShop() {
        ShopifySimulator shop = ShopifySimulator.seeded(2);
        shop.happen(1_200);
        try (ShopifyApi api = ShopifyApi.serving(shop, "shpat_1")) {
            List<String> ids =
                    ShopifyLibrary.run("pages.mjs", List.of(api.url().toString(), "shpat_1", "orders", "50"), "");

            assertThat(ids)
                    .hasSizeGreaterThan(100)
                    .containsExactlyElementsOf(shop.resources("orders").values().stream()
                            .filter(order -> !order.deleted())
                            .map(order -> Long.toString(order.id()))
                            .toList());
        }
    }

    private static Sent request(ShopifyEvent event, Random random) {
        SignedWebhook signed = event.signed(
                URI.create("https://example.org/"), random.nextInt(8) == 0 ? "other" : SECRET, Instant.now());
        Map<String, String> headers = new HashMap<>(signed.headers());
        if (random.nextInt(3) == 0) {
            headers.computeIfPresent("X-Shopify-Hmac-Sha256", (name, value) -> BASE64.one(value, random));
        }
        if (random.nextInt(20) == 0) {
            headers.remove("X-Shopify-Hmac-Sha256");
        }
        boolean sameBody = random.nextInt(3) > 0;
        return new Sent(
                headers,
                sameBody ? signed.body() : "{" + BASE64.one(signed.body().substring(1), random));
    }

    private static boolean ours(Sent sent) {
        Map<String, List<String>> headers = new HashMap<>();
        sent.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        Request request = Request.of(
                Instant.now(),
                "POST",
                "https://example.org/",
                headers,
                sent.body().getBytes(UTF_8));
        return ShopifyOrder.RESOURCE
                        .webhook()
                        .orElseThrow()
                        .verifier()
                        .verify(request, PlainSettings.none().with(Shopify.WEBHOOK_SECRET, SECRET))
                instanceof Verdict.Accept;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\' || c > 0x7e) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
