package dev.webhookdb.distribution;

import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** What Stripe sends of charges, signed as Stripe does. */
final class ChargeEvents {
    private static final StripeEvent EXAMPLE = StripeSimulator.seeded(1).happen(50).stream()
            .filter(event -> event.type().equals("charge.succeeded"))
            .findFirst()
            .orElseThrow();

    private ChargeEvents() {}

    /** The body of an event about a charge. */
    static String body(String charge, String event) {
        return EXAMPLE.body().replace(EXAMPLE.objectId(), charge).replace(EXAMPLE.id(), event);
    }

    static HttpRequest signed(URI endpoint, String body, Duration timeout) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(endpoint)
                .timeout(timeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .header(
                        "Stripe-Signature",
                        StripeSimulator.sign(Server.SECRET, bytes, Instant.now().getEpochSecond()))
                .POST(BodyPublishers.ofByteArray(bytes))
                .build();
    }
}
