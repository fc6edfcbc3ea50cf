package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all Stripe resources share: the signature, the envelope of events, and lists.
 *
 * @see <a href="https://docs.stripe.com/api/events/object">Stripe: the event object</a>
 * @see <a href="https://docs.stripe.com/api/pagination">Stripe: pagination</a>
 */
final class Stripe {
    static final Setting WEBHOOK_SECRET = Setting.webhookSecret(
            "webhook_secret",
            "In the Stripe Dashboard, open Developers > Webhooks > your endpoint and reveal the signing secret. It starts with whsec_.");
    static final Setting RESTRICTED_KEY = Setting.apiKey(
            "backfill_key",
            "In the Stripe Dashboard, open Developers > API keys, create a restricted key with read access, and copy it. It starts with rk_.");
    static final Setting API_URL = Setting.apiUrl("https://api.stripe.com");

    private static final Webhook.Verifier VERIFIER =
            Verifiers.timestampedHmac("Stripe-Signature", WEBHOOK_SECRET, Duration.ofMinutes(5));
    private static final String LARGEST_PAGE = "100";

    private Stripe() {}

    /** Events about objects of one type, for example {@code charge}; other events are ignored. */
    static Webhook webhook(String object, String... events) {
        return Webhook.of(VERIFIER, (request, event) -> read(object, request, event))
                .events(events);
    }

    /** A list endpoint, newest first. */
    static Backfill list(String path) {
        return Backfill.of((cursor, context) -> {
            var call = context.http()
                    .get(context.settings().text(API_URL) + path)
                    .basic(context.settings().secret(RESTRICTED_KEY).reveal(), Secret.of(""))
                    .query("limit", LARGEST_PAGE);
            cursor.ifPresent(last -> call.query("starting_after", last));
            Json page = call.send().json();
            if (!(page.at("data") instanceof Json.Arr(List<Json> objects))) {
                throw new ConnectorException(Reason.UNEXPECTED, "Stripe's answer for %s is no list.".formatted(path));
            }
            boolean more = page.isTrue("has_more") && !objects.isEmpty();
            return Backfill.Page.of(objects, more ? objects.getLast().text("id") : Optional.empty());
        });
    }

    private static List<Item> read(String object, Request request, Json event) {
        Json resource = event.at("data", "object");
        boolean ours = resource.text("object").filter(object::equals).isPresent();
        if (!ours) {
            return List.of();
        }
        Instant asOf = event.unixSeconds("created").orElse(request.receivedAt());
        Item.Upsert state = Item.upsert(resource, asOf);
        List<Item> items = new ArrayList<>();
        items.add(event.text("id").map(state::event).orElse(state));
        if (event.text("type").orElse("").endsWith(".deleted")) {
            resource.text("id").ifPresent(id -> items.add(Item.delete(id, asOf)));
        }
        return items;
    }
}
