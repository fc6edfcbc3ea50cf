package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Setting.Kind;
import dev.webhookdb.spi.Setting.Purpose;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.time.Duration;
import java.util.Optional;

/** What all Stripe resources share: what the operator supplies, and how both sides prove who they are. */
final class Stripe {
    static final Setting WEBHOOK_SECRET = Setting.webhookSecret(
                    "webhook_secret",
                    "In the Stripe Dashboard, open Developers > Webhooks > your endpoint and reveal the signing secret. It starts with whsec_.")
            .matching(
                    "whsec_\\S+",
                    "It must be the endpoint's signing secret, which starts with whsec_: in the Stripe Dashboard, open Developers > Webhooks > your endpoint and reveal it. An API key verifies nothing.");
    static final Setting RESTRICTED_KEY = Setting.apiKey(
                    "backfill_key",
                    "In the Stripe Dashboard, open Developers > API keys, create a restricted key with read access to what you replicate and to events, and copy it. It starts with rk_.")
            .matching(
                    "(rk|sk)_\\S+",
                    "It must be a restricted key, which starts with rk_, or a secret key, which starts with sk_: in the Stripe Dashboard, open Developers > API keys. A publishable key (pk_) may not read anything, and a signing secret (whsec_) is none.");
    static final Setting API_URL = Setting.apiUrl("https://api.stripe.com");

    /** Lists are those of the key's own account, which does not see what belongs to connected accounts. */
    static final Setting CONNECTED_ACCOUNT = Setting.of(
                    "connected_account",
                    Kind.TEXT,
                    Purpose.BACKFILL,
                    "Only for Stripe Connect: the connected account that backfills read, instead of the key's own. It starts with acct_.")
            .matching(
                    StripeAccount.FORM,
                    "It must be the id of a connected account, such as acct_1032D82eZvKYlo2C: in the Stripe Dashboard, open Connect > Connected accounts.")
            .optional();

    static final Setting ACCOUNT_COLUMN = Setting.choice(
            "account_column",
            "Only for Stripe Connect: yes gives the table a column account_id, the connected account that an object belongs to, NULL for the account's own.");

    static final Column ACCOUNT_ID =
            Column.text("account_id").at(StripeAccount.PLACE).index().onlyWith(ACCOUNT_COLUMN);

    /** Those of a resource with webhooks. */
    static final Setting[] SETTINGS = {WEBHOOK_SECRET, RESTRICTED_KEY, API_URL, CONNECTED_ACCOUNT, ACCOUNT_COLUMN};

    /**
     * The version of Stripe's API at which everything is asked for: the newest that columns were checked against. Without one Stripe
     * answers at the version that the account happens to have.
     *
     * @see <a href="https://docs.stripe.com/api/versioning">Stripe: versioning</a>
     */
    static final String VERSION = "2026-07-29.dahlia";

    /**
     * An event is written at the version of its endpoint, and says which.
     *
     * @see <a href="https://docs.stripe.com/webhooks/versioning">Stripe: versions of webhooks</a>
     */
    static final ApiVersion API_VERSION = ApiVersion.asked(VERSION).inField("api_version");

    /** The first version with payments of invoices, and with periods of items. */
    static final String BASIL = "2025-03-31";

    /**
     * Stripe allows 100 requests per second, 25 in a sandbox and 25 to one endpoint. This leaves room for the account's own use.
     *
     * @see <a href="https://docs.stripe.com/rate-limits">Stripe: rate limits</a>
     */
    static final RateLimit RATE_LIMIT = RateLimit.of(20, Duration.ofSeconds(1));

    static final Webhook.Verifier VERIFIER =
            Verifiers.timestampedHmac("Stripe-Signature", WEBHOOK_SECRET, Duration.ofMinutes(5));

    private Stripe() {}

    /** A request for the largest page that Stripe has, of an account. */
    static Http.Call page(Context context, String path, Optional<String> account) {
        return get(context, path, account).query("limit", "100");
    }

    /** @param account a connected one; empty for the key's own */
    static Http.Call get(Context context, String path, Optional<String> account) {
        Settings settings = context.settings();
        Http.Call call = context.http()
                .get(settings.text(API_URL) + path)
                .header("Stripe-Version", VERSION)
                .basic(settings.secret(RESTRICTED_KEY).reveal(), Secret.of(""));
        account.ifPresent(id -> call.header("Stripe-Account", id));
        return call;
    }
}
