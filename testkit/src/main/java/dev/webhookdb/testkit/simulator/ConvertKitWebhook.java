package dev.webhookdb.testkit.simulator;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * What ConvertKit posts about a subscriber. It has no id of an event, no time and no signature.
 *
 * @param id of this delivery, which only the simulator knows
 * @param type for example {@code subscriber.subscriber_activate}, which ConvertKit does not tell either
 */
public record ConvertKitWebhook(String id, String type, String body) implements SimulatedWebhook {
    @Override
    public SignedWebhook signed(URI url, String secret, Instant now) {
        return new SignedWebhook(url, Map.of("Content-Type", "application/json"), body);
    }
}
