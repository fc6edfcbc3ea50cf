package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A list endpoint. Stripe lists what was created last first.
 *
 * @see <a href="https://docs.stripe.com/api/pagination">Stripe: pagination</a>
 * @see <a href="https://docs.stripe.com/api/events/list">Stripe: list all events</a>
 */
final class StripeList {
    /** Stripe keeps events for 30 days; the last of them is left for the run itself. */
    private static final Duration EVENTS_KEPT = Duration.ofDays(29);

    /** An event is listed as soon as it has happened; this is for clocks that differ. */
    private static final Duration EVENTS_OVERLAP = Duration.ofMinutes(10);

    /** Tells the cursor of the list of events from an object's id, which some objects' owners choose and which has no space. */
    private static final String EVENTS_AFTER = "events after ";

    private final String path;
    private final Map<String, String> filters;

    private StripeList(String path, Map<String, String> filters) {
        this.path = path;
        this.filters = filters;
    }

    static StripeList of(String path) {
        return new StripeList(path, Map.of());
    }

    /** The same list with a filter. */
    StripeList where(String filter, String value) {
        Map<String, String> more = new LinkedHashMap<>(filters);
        more.put(filter, value);
        return new StripeList(path, more);
    }

    /** Reads everything, and what has changed since an instant from the list of events, as far as it goes back. */
    Backfill reconciledBy(StripeEvents events) {
        return Backfill.of((cursor, context) -> {
                    Optional<String> event = cursor.filter(one -> one.startsWith(EVENTS_AFTER))
                            .map(one -> one.substring(EVENTS_AFTER.length()));
                    boolean goesOn = event.isPresent();
                    boolean begins = cursor.isEmpty() && recent(context.since());
                    return goesOn || begins
                            ? changes(events, event, context)
                            : created(cursor, context, Optional.empty());
                })
                .reaching(Reach.all())
                .incremental(EVENTS_OVERLAP)
                .ranged();
    }

    /** Reads everything, and for what has changed since an instant what was created since a while before it. */
    Backfill createdWithin(Duration before) {
        return Backfill.of((cursor, context) -> created(cursor, context, context.since()))
                .reaching(Reach.all())
                .incremental(before)
                .ranged();
    }

    /** Reads one list for each row of another service. */
    static Backfill forEach(String service, Function<String, StripeList> list) {
        return Backfill.of((cursor, context) -> {
                    String parent =
                            context.parent().flatMap(one -> one.text("id")).orElseThrow();
                    // these lists know no filter by creation: if all objects that are known are gone, they begin anew
                    Optional<StripeCursor> place =
                            cursor.map(StripeCursor::parse).map(one -> new StripeCursor(one.ids(), Optional.empty()));
                    return list.apply(parent).page(place, context, call -> call);
                })
                .reaching(Reach.all())
                .forEach(service);
    }

    private static boolean recent(Optional<Instant> since) {
        return since.filter(instant -> instant.isAfter(Instant.now().minus(EVENTS_KEPT)))
                .isPresent();
    }

    private Page created(Optional<String> cursor, Context context, Optional<Instant> since)
            throws IOException, InterruptedException {
        return page(cursor.map(StripeCursor::parse), context, call -> {
            Optional<Backfill.Range> range = context.range();
            range.flatMap(Backfill.Range::from)
                    .or(() -> since)
                    .ifPresent(from -> call.query("created[gte]", seconds(from)));
            range.flatMap(Backfill.Range::to).ifPresent(to -> call.query("created[lt]", seconds(to)));
            return call;
        });
    }

    private Page page(Optional<StripeCursor> cursor, Context context, UnaryOperator<Http.Call> more)
            throws IOException, InterruptedException {
        Http.Answer answer = after(cursor, () -> {
            Http.Call call = Stripe.page(context, path, StripeAccount.of(context));
            filters.forEach(call::query);
            return more.apply(call);
        });
        Json list = answer.json();
        List<Json> objects = new ArrayList<>();
        for (Json object : list.requiredItems("data")) {
            objects.add(StripeObject.whole(object, StripeAccount.of(context), context));
        }
        Page page = Page.of(objects, next(list));
        return last(objects).flatMap(StripeList::creation).map(page::reached).orElse(page);
    }

    /**
     * Asks for what follows a cursor. Stripe refuses to go on behind an object that was deleted meanwhile: then the one before will do, or the
     * time at which it was created. What is listed once more is stored once.
     */
    private static Http.Answer after(Optional<StripeCursor> cursor, Supplier<Http.Call> list)
            throws IOException, InterruptedException {
        if (cursor.isEmpty()) {
            return list.get().send();
        }
        for (String id : cursor.get().ids()) {
            Http.Answer answer =
                    list.get().query("starting_after", id).accept(400).send();
            if (answer.status() != 400) {
                return answer;
            }
            requireGone(answer.json());
        }
        Http.Call call = list.get();
        cursor.get().created().ifPresent(created -> call.query("created[lte]", seconds(created)));
        return call.send();
    }

    private static void requireGone(Json refusal) {
        if (!refusal.text("error", "code").equals(Optional.of("resource_missing"))) {
            throw new ConnectorException(
                    ConnectorException.Reason.UNEXPECTED,
                    "Stripe answered 400: %s"
                            .formatted(refusal.text("error", "message").orElse("it does not say why.")));
        }
    }

    /** A page of events, in the order in which they happened. */
    private static Page changes(StripeEvents events, Optional<String> cursor, Context context)
            throws IOException, InterruptedException {
        Instant since = context.since().orElseThrow();
        Json answer = after(cursor.map(StripeCursor::parse), () -> {
                    Http.Call call = Stripe.page(context, "/v1/events", StripeAccount.of(context))
                            .query("created[gte]", seconds(since));
                    events.types().forEach(type -> call.query("types[]", type));
                    return call;
                })
                .json();
        List<Json> listed = answer.requiredItems("data");
        boolean more = answer.isTrue("has_more");
        List<Json> whole = more ? wholeSeconds(listed) : listed;
        Optional<StripeCursor> next = more ? StripeCursor.endOf(whole) : Optional.empty();
        return Page.ofItems(
                items(events, whole, since, StripeAccount.of(context)),
                next.map(StripeCursor::text).map(EVENTS_AFTER::concat));
    }

    /**
     * Of events, newest first, those of whole seconds: what happened last within a second can only be told if all of it is in one page. The
     * rest is on the next page again. A page of nothing but one second stays as it is.
     */
    private static List<Json> wholeSeconds(List<Json> events) {
        Optional<Instant> oldest = last(events).flatMap(event -> event.unixSeconds("created"));
        List<Json> whole = events.stream()
                .filter(event -> !event.unixSeconds("created").equals(oldest))
                .toList();
        return whole.isEmpty() ? events : whole;
    }

    /** What newer events have fetched as a whole, is not fetched for older ones. */
    private static List<Item> items(
            StripeEvents events, List<Json> newestFirst, Instant since, Optional<String> account) {
        List<Item> items = new ArrayList<>();
        Set<Json> fetched = new HashSet<>();
        for (Json event : newestFirst) {
            Instant happened = event.unixSeconds("created").orElse(since);
            List<Item> said =
                    events.read(event, happened, StripeAccount.of(event).or(() -> account));
            for (Item item : said.reversed()) {
                if (!(item instanceof Item.Fetch) || fetched.add(event.at("data", "object", "id"))) {
                    items.add(item);
                }
            }
        }
        return items.reversed();
    }

    private static Optional<String> next(Json answer) {
        return answer.isTrue("has_more")
                ? StripeCursor.endOf(answer.items("data")).map(StripeCursor::text)
                : Optional.empty();
    }

    private static Optional<Json> last(List<Json> objects) {
        return objects.isEmpty() ? Optional.empty() : Optional.of(objects.getLast());
    }

    /** An invoice item's creation is its date. */
    static Optional<Instant> creation(Json object) {
        return object.unixSeconds("created").or(() -> object.unixSeconds("date"));
    }

    private static String seconds(Instant instant) {
        return Long.toString(instant.getEpochSecond());
    }
}
