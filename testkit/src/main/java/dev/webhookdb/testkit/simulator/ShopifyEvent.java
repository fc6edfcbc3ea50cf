package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * An event as Shopify delivers it.
 *
 * @param id the event's id: the same for each delivery
 * @param type the topic, for example {@code orders/paid}
 * @param triggered when it happened
 * @param resource the id of the resource it is about
 * @param body the text that is posted and signed
 */
public record ShopifyEvent(String id, String type, Instant triggered, long resource, String body)
        implements SimulatedWebhook {
    @Override
    public SignedWebhook signed(URI url, String secret, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", "Shopify-Captain-Hook (simulated)");
        headers.put("X-Shopify-Topic", type);
        headers.put(
                "X-Shopify-Hmac-Sha256",
                Base64.getEncoder().encodeToString(Signatures.hmac("HmacSHA256", secret, body.getBytes(UTF_8))));
        headers.put("X-Shopify-Shop-Domain", ShopifySimulator.DOMAIN);
        headers.put("X-Shopify-API-Version", ShopifyApi.VERSION);
        headers.put(
                "X-Shopify-Webhook-Id",
                UUID.nameUUIDFromBytes((id + type).getBytes(UTF_8)).toString());
        headers.put("X-Shopify-Event-Id", id);
        headers.put("X-Shopify-Triggered-At", triggered.toString());
        return new SignedWebhook(url, headers, body);
    }
}
