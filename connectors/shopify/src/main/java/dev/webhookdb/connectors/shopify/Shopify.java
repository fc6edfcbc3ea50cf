package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Setting.Kind;
import dev.webhookdb.spi.Setting.Purpose;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What all Shopify resources share: what the operator supplies, and how both sides prove who they are. */
final class Shopify {
    static final Setting WEBHOOK_SECRET = Setting.webhookSecret(
                    "webhook_secret",
                    "In the Shopify admin, open Settings > Notifications > Webhooks and copy the key that your webhooks are signed with. For webhooks of an app it is the app's client secret.")
            .matching(
                    "(?!shpat_|shpca_|shppa_|shpua_)\\S+",
                    "It must be the key that webhooks are signed with, and not an access token: in the Shopify admin, open Settings > Notifications > Webhooks. For webhooks of an app it is the app's client secret, which starts with shpss_.");
    static final Setting SHOP_NAME = Setting.of(
                    "shop_name",
                    Kind.TEXT,
                    Purpose.BACKFILL,
                    "The first part of the shop's own domain: acme for acme.myshopify.com.")
            .normalizedBy(Shopify::shop)
            .destination();
    static final Setting ACCESS_TOKEN = Setting.apiKey(
                    "backfill_secret",
                    "In the Shopify admin, open Settings > Apps and sales channels > Develop apps, create an app with read access to what you replicate, install it, and reveal its Admin API access token. It starts with shpat_.")
            .matching(
                    "(?!shpss_|whsec_)\\S+",
                    "It must be an Admin API access token, which starts with shpat_ unless it is old, and not a secret that signs (shpss_): in the Shopify admin, open Settings > Apps and sales channels > Develop apps > your app > API credentials.");
    static final Setting API_KEY = Setting.apiKey(
                    "backfill_key",
                    "Only for a private app of before 2022: its API key. Its password is then the backfill_secret.")
            .matching(
                    "(?!shp[a-z]{2}_)\\S+",
                    "It must be the API key of a private app of before 2022, 32 letters and digits, and not its password. Leave it out for an access token, which is the backfill_secret.")
            .optional();
    static final Setting API_VERSION = Setting.of(
                    "api_version",
                    Kind.TEXT,
                    Purpose.BACKFILL,
                    "The version of the Admin API, if not 2026-07. Shopify supports each for a year.")
            .matching(
                    "20[0-9]{2}-(01|04|07|10)|unstable",
                    "It must be a version of Shopify's Admin API, such as 2026-07.")
            .orElse("2026-07");
    /**
     * The version in the path of requests, and that at which a webhook was written: the one that its subscription was made with, or the
     * oldest that Shopify still supports.
     *
     * @see <a href="https://shopify.dev/docs/api/usage/versioning#webhooks">Shopify: versions of webhooks</a>
     */
    static final ApiVersion VERSION = ApiVersion.asked(API_VERSION).inHeader("X-Shopify-API-Version");

    static final Setting API_URL = Setting.apiUrl("https://SHOP.myshopify.com").optional();

    /**
     * A bucket of 40 requests that drains at two a second, for shops on any plan.
     *
     * @see <a href="https://shopify.dev/docs/api/admin-rest/usage/rate-limits">Shopify: rate limits</a>
     */
    static final RateLimit RATE_LIMIT = RateLimit.of(2, Duration.ofSeconds(1));

    static final Webhook.Verifier VERIFIER = Verifiers.base64Hmac("X-Shopify-Hmac-Sha256", WEBHOOK_SECRET);

    private static final List<Pattern> SHOPS = List.of(
            Pattern.compile("([a-z0-9][a-z0-9-]*)"),
            Pattern.compile("(?:https?://)?([a-z0-9][a-z0-9-]*)\\.myshopify\\.com(?:/.*)?"),
            Pattern.compile("(?:https?://)?admin\\.shopify\\.com/store/([a-z0-9][a-z0-9-]*)(?:[/?].*)?"));

    /**
     * An app sees the orders of the last 60 days, unless Shopify or the merchant gave it more.
     *
     * @see <a href="https://shopify.dev/docs/api/usage/access-scopes">Shopify: access scopes</a>
     */
    static final Reach ORDERS = Reach.allWith(
            "read_all_orders",
            60,
            "In the Shopify admin, open Settings > Apps and sales channels > Develop apps > your app > Configuration, add the scope read_all_orders, install the app again, and start another backfill.",
            Shopify::readsAllOrders);

    private Shopify() {}

    /** Shopify tells an app what it may do, at an address that has no version. */
    private static boolean readsAllOrders(Context context) throws IOException, InterruptedException {
        Json answer = request(context.http(), context.settings(), "/admin/oauth/access_scopes.json")
                .send()
                .json();
        return answer.requiredItems("access_scopes").stream()
                .anyMatch(scope -> scope.text("handle").equals(Optional.of("read_all_orders")));
    }

    /** A request to the Admin API. */
    static Http.Call get(Http http, Settings settings, String path) {
        return request(http, settings, "/admin/api/" + settings.text(API_VERSION) + path);
    }

    private static Http.Call request(Http http, Settings settings, String path) {
        String shop = settings.has(API_URL)
                ? settings.text(API_URL)
                : "https://" + settings.text(SHOP_NAME) + ".myshopify.com";
        Http.Call call = http.get(shop + path);
        return settings.has(API_KEY)
                ? call.basic(settings.secret(API_KEY).reveal(), settings.secret(ACCESS_TOKEN))
                : call.header("X-Shopify-Access-Token", settings.secret(ACCESS_TOKEN));
    }

    /**
     * Fetches one resource of a kind.
     *
     * @param plural as in the API's paths, for example {@code orders}
     * @param singular what the answer holds it in, for example {@code order}
     */
    static Resource.ByKey byKey(String plural, String singular) {
        return (id, context) -> {
            Json answer = get(context.http(), context.settings(), "/%s/%s.json".formatted(plural, id))
                    .send()
                    .json();
            Json resource = answer.at(singular);
            if (resource.number("id").isEmpty()) {
                throw new ConnectorException(
                        Reason.UNEXPECTED, "Shopify's answer has no '%s' with an id.".formatted(singular));
            }
            return resource;
        };
    }

    private static String shop(String answer) {
        String shop = answer.toLowerCase(Locale.ROOT);
        return SHOPS.stream()
                .map(pattern -> pattern.matcher(shop))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "It must be the shop's name such as acme, its address acme.myshopify.com, or the address of its admin. A domain of your own does not tell the name."));
    }
}
