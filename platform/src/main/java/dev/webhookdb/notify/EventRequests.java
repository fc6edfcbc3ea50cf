package dev.webhookdb.notify;

import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.outbound.Outbound;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Brings one event to one endpoint, once. Thread-safe. */
final class EventRequests {
    /** For everything from the name's resolution to the answer's end. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final int KEPT = 16 << 10;
    private static final String USER_AGENT = "WebhookDB-Webhooks/1.0";

    private final Outbound outbound;
    private final Signatures signatures;
    private final URI publicUrl;
    private final Clock clock;

    /** @param body in full */
    record Told(String id, String type, String body, int attempt, boolean replay) {}

    EventRequests(Outbound outbound, Signatures signatures, URI publicUrl, Clock clock) {
        this.outbound = outbound;
        this.signatures = signatures;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /** @param more headers */
    Delivered send(Subscription subscription, Told told, Map<String, String> more) throws InterruptedException {
        byte[] body = Bodies.of(subscription.manner().payload(), told.id(), told.body(), publicUrl);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", USER_AGENT);
        headers.putAll(signatures.headers(subscription.endpoint(), told.id(), clock.instant(), body));
        headers.put("X-Webhook-Id", subscription.opaqueId());
        headers.put("X-Webhook-Event", told.type());
        headers.put("webhook-attempt", Integer.toString(told.attempt()));
        if (told.replay()) {
            headers.put("webhook-replay", "true");
        }
        if (subscription.manner().sendsSecret()) {
            headers.put("Whdb-Webhook-Secret", subscription.endpoint().secret());
        }
        headers.putAll(more);
        return outbound.deliver(URI.create(subscription.endpoint().url()), headers, body, LIMIT, KEPT);
    }
}
