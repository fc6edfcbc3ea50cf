package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * An event as Stripe delivers it.
 *
 * @param id the event's own id, {@code evt_…}
 * @param type for example {@code charge.succeeded}
 * @param created when it happened, in seconds since the epoch
 * @param objectId the id of the object it is about
 * @param body the text that is posted and signed
 */
public record StripeEvent(String id, String type, long created, String objectId, String body)
        implements SimulatedWebhook {
    /** The body as it is posted: the signature is over exactly these bytes. */
    public byte[] bytes() {
        return body.getBytes(UTF_8);
    }

    @Override
    public SignedWebhook signed(URI url, String secret, Instant now) {
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json; charset=utf-8",
                "Stripe-Signature", StripeSimulator.sign(secret, bytes(), now.getEpochSecond()),
                "User-Agent", "Stripe/1.0 (simulated)");
        return new SignedWebhook(url, headers, body);
    }
}
