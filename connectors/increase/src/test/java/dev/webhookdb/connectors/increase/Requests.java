package dev.webhookdb.connectors.increase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests, and our verdict on them. */
final class Requests {
    private Requests() {}

    static boolean accepted(SignedWebhook webhook, String secret, Instant now) {
        return accepted(webhook.headers(), webhook.body(), secret, now);
    }

    static boolean accepted(Map<String, String> headers, String body, String secret, Instant now) {
        return verdict(headers, body, secret, now) instanceof Verdict.Accept;
    }

    static Verdict verdict(Map<String, String> headers, String body, String secret, Instant now) {
        Map<String, List<String>> lists = new HashMap<>();
        headers.forEach((name, value) -> lists.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        Request request = Request.of(now, "POST", "https://example.org/", lists, body.getBytes(UTF_8));
        return Increase.VERIFIER.verify(request, PlainSettings.none().with(Increase.WEBHOOK_SECRET, secret));
    }
}
