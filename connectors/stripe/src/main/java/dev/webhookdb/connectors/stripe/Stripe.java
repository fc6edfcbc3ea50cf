package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.time.Duration;

/** What all Stripe resources share: what the operator supplies, and how both sides prove who they are. */
final class Stripe {
    static final Setting WEBHOOK_SECRET = Setting.webhookSecret(
            "webhook_secret",
            "In the Stripe Dashboard, open Developers > Webhooks > your endpoint and reveal the signing secret. It starts with whsec_.");
    static final Setting RESTRICTED_KEY = Setting.apiKey(
            "backfill_key",
            "In the Stripe Dashboard, open Developers > API keys, create a restricted key with read access to what you replicate and to events, and copy it. It starts with rk_.");
    static final Setting API_URL = Setting.apiUrl("https://api.stripe.com");

    /**
     * Stripe allows 100 requests per second, 25 in a sandbox and 25 to one endpoint. This leaves room for the account's own use.
     *
     * @see <a href="https://docs.stripe.com/rate-limits">Stripe: rate limits</a>
     */
    static final RateLimit RATE_LIMIT = RateLimit.of(20, Duration.ofSeconds(1));

    static final Webhook.Verifier VERIFIER =
            Verifiers.timestampedHmac("Stripe-Signature", WEBHOOK_SECRET, Duration.ofMinutes(5));

    private Stripe() {}

    /** A request for the largest page that Stripe has. */
    static Http.Call page(Http http, Settings settings, String path) {
        return get(http, settings, path).query("limit", "100");
    }

    static Http.Call get(Http http, Settings settings, String path) {
        return http.get(settings.text(API_URL) + path)
                .basic(settings.secret(RESTRICTED_KEY).reveal(), Secret.of(""));
    }
}
