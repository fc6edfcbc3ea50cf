package dev.webhookdb.connectors.increase;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Verifiers.StandardKey;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What all Increase resources share: two signature schemes, events that only name an object, and lists.
 *
 * <p>An object says when it was created, but not when it changed. Its states are therefore ordered by when they were read, and
 * changes are found through the list of events.
 *
 * @see <a href="https://increase.com/documentation/webhooks">Increase: events and webhooks</a>
 * @see <a href="https://increase.com/documentation/api">Increase: API reference</a>
 */
final class Increase {
    private static final String NO_SPACES =
            "It must be an API key, which has no spaces: in the Increase dashboard, open Developers > API keys.";

    static final Setting WEBHOOK_SECRET = Setting.webhookSecret(
            "webhook_secret",
            "In the Increase dashboard, open Developers > Webhooks, create an event subscription with this integration's address, and"
                    + " copy the shared secret that it shows.");
    static final Setting API_KEY = Setting.apiKey(
                    "backfill_key",
                    "In the Increase dashboard, open Developers > API keys, create a key, and copy it. It has to be of the same environment"
                            + " (production or sandbox) as the event subscription.")
            .matching("[!-~]+", NO_SPACES);
    static final Setting API_URL = Setting.apiUrl("https://api.increase.com");

    /** Increase signs in the Standard Webhooks scheme, with the secret's own bytes as key; it used to sign in one of its own. */
    static final Webhook.Verifier VERIFIER = Verifiers.either(
            "webhook-signature",
            Verifiers.standardWebhooks(WEBHOOK_SECRET, StandardKey.RAW),
            Verifiers.timestampedHmacRfc3339("Increase-Webhook-Signature", WEBHOOK_SECRET, Duration.ofMinutes(5)));

    private static final String LARGEST_PAGE = "100";
    /** Increase keeps events for 30 days; a day is left for runs that take long. */
    private static final Duration EVENTS_ARE_KEPT = Duration.ofDays(29);
    /** An event may be listed a little after the change that it tells of. */
    private static final Duration OVERLAP = Duration.ofMinutes(10);

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]+");

    private Increase() {}

    /**
     * Starts the declaration of an object's resource.
     *
     * @param type as events name it, for example {@code ach_transfer}; its path is the plural
     */
    static Resource.Builder object(String type, String title, String docs, String... events) {
        return Resource.named("increase_%s_v1".formatted(type), title)
                .docs("https://increase.com/documentation/api/" + docs)
                .settings(WEBHOOK_SECRET, API_KEY, API_URL)
                .key(Column.text("increase_id").at("id"))
                .orderedBy("updated_at")
                .webhook(Webhook.of(VERIFIER, (request, event) -> named(type, event))
                        .events(events)
                        .fetching())
                .backfill(Backfill.of(pages(type, events, Clock.systemUTC()))
                        .reaching(Reach.all())
                        .incremental(OVERLAP));
    }

    /** A list endpoint. */
    static Page list(String path, Optional<String> cursor, Context context) throws IOException, InterruptedException {
        Json answer = page(get(path, context), cursor);
        return Page.of(answer.requiredItems("data"), answer.text("next_cursor"));
    }

    /** A page of events since an instant; all that Increase keeps, unless there is one. */
    static Json events(Optional<String> cursor, Context context, String... categories)
            throws IOException, InterruptedException {
        Http.Call call = get("/events", context);
        if (categories.length > 0) {
            call.query("category.in", String.join(",", categories));
        }
        context.since().ifPresent(since -> call.query("created_at.on_or_after", since.toString()));
        return page(call, cursor);
    }

    /** The whole list, or what the events since an instant name if Increase still has them all. */
    static Backfill.Pages pages(String type, String[] categories, Clock clock) {
        return (cursor, context) -> {
            Optional<Instant> since = context.since();
            boolean whole =
                    since.isEmpty() || since.get().isBefore(clock.instant().minus(EVENTS_ARE_KEPT));
            return whole ? list(path(type), cursor, context) : changed(type, categories, cursor, context);
        };
    }

    private static Page changed(String type, String[] categories, Optional<String> cursor, Context context)
            throws IOException, InterruptedException {
        Json answer = events(cursor, context, categories);
        Set<String> ids = new LinkedHashSet<>();
        answer.requiredItems("data").forEach(event -> id(type, event).ifPresent(ids::add));
        List<Item> items = ids.stream().map(id -> fetch(type, id)).toList();
        return Page.ofItems(items, answer.text("next_cursor"));
    }

    private static List<Item> named(String type, Json event) {
        return id(type, event).map(id -> List.of(fetch(type, id))).orElse(List.of());
    }

    /** An identifier becomes part of an address: one that could lead elsewhere is none. */
    private static Optional<String> id(String type, Json event) {
        boolean ours = event.text("type").filter("event"::equals).isPresent()
                && event.text("associated_object_type").filter(type::equals).isPresent();
        return ours
                ? event.text("associated_object_id").filter(id -> ID.matcher(id).matches())
                : Optional.empty();
    }

    private static Item fetch(String type, String id) {
        return Item.fetch(context -> get(path(type) + "/" + id, context).send().json());
    }

    private static String path(String type) {
        return "/" + type + "s";
    }

    private static Http.Call get(String path, Context context) {
        return context.http()
                .get(context.settings().text(API_URL) + path)
                .bearer(context.settings().secret(API_KEY));
    }

    private static Json page(Http.Call call, Optional<String> cursor) throws IOException, InterruptedException {
        cursor.ifPresent(after -> call.query("cursor", after));
        return call.query("limit", LARGEST_PAGE).send().json();
    }
}
