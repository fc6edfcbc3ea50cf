package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events about objects of one type. Events about other objects say nothing, whatever their endpoint is subscribed to.
 *
 * @see <a href="https://docs.stripe.com/api/events/object">Stripe: the event object</a>
 */
final class StripeEvents {
    private static final String THIN = "v2.core.event";

    private final String object;
    private final List<String> types;
    private final Optional<Container> container;

    /** A type of object whose events carry objects of ours, in a list. */
    private record Container(String object, String list) {}

    private StripeEvents(String object, List<String> types, Optional<Container> container) {
        this.object = object;
        this.types = types;
        this.container = container;
    }

    /** Events of these types about objects of one type, for example {@code charge}. */
    static StripeEvents about(String object, String... types) {
        return new StripeEvents(object, List.of(types), Optional.empty());
    }

    /** Adds that objects are also found in a list of objects of another type. */
    StripeEvents orIn(String otherObject, String list) {
        return new StripeEvents(object, types, Optional.of(new Container(otherObject, list)));
    }

    List<String> types() {
        return types;
    }

    /** Fetches one object. */
    Resource.ByKey byKey() {
        return (id, context) -> StripeObject.fetch(path(), id, context);
    }

    private String path() {
        return "/v1/" + object.replace('.', '/') + "s";
    }

    Webhook webhook() {
        return Webhook.of(
                        Stripe.VERIFIER,
                        (request, event) ->
                                read(event, event.unixSeconds("created").orElse(request.receivedAt())))
                .events(types.toArray(String[]::new));
    }

    /** What an event says; {@code asOf} is when it happened. */
    List<Item> read(Json event, Instant asOf) {
        if (event.text("object").equals(Optional.of(THIN))) {
            return named(event);
        }
        // others are about objects of the type, and not what happened to one: a preview of the next invoice is none
        if (event.text("type").filter(type -> !types.contains(type)).isPresent()) {
            return List.of();
        }
        Json subject = event.at("data", "object");
        String type = subject.text("object").orElse("");
        if (type.equals(object)) {
            return about(subject, event, asOf);
        }
        return container
                .filter(one -> one.object().equals(type))
                .map(one -> within(subject, one.list(), event, asOf))
                .orElse(List.of());
    }

    /**
     * A thin event names an object and does not hold it.
     *
     * @see <a href="https://docs.stripe.com/event-destinations#thin-events">Stripe: thin events</a>
     */
    private List<Item> named(Json event) {
        Json related = event.at("related_object");
        Optional<String> id =
                related.text("id").filter(one -> related.text("type").equals(Optional.of(object)));
        return id.stream()
                .map(one -> {
                    Item.Fetch fetch = Item.fetch(context -> StripeObject.fetch(path(), one, context));
                    boolean deleted = event.text("type").equals(Optional.of("v1.%s.deleted".formatted(object)));
                    return (Item) (deleted ? fetch.goneMeansDeleted(one) : fetch);
                })
                .toList();
    }

    /** Only {@code customer.deleted} deletes a customer: {@code customer.subscription.deleted} ends a subscription that stays. */
    private List<Item> about(Json subject, Json event, Instant asOf) {
        List<Item> items = new ArrayList<>();
        items.add(stateOrRest(subject, event, asOf));
        if (event.text("type").filter((object + ".deleted")::equals).isPresent()) {
            subject.text("id").ifPresent(id -> items.add(Item.delete(id, asOf)));
        }
        return items;
    }

    /** An object whose lists are cut off is fetched, as a whole. */
    private Item stateOrRest(Json subject, Json event, Instant asOf) {
        Item.Upsert state = state(subject, event, asOf);
        Optional<String> id = subject.text("id").filter(one -> StripeObject.isCut(subject));
        return id.<Item>map(one -> Item.fetch(context -> StripeObject.fetch(path(), one, context))
                        .otherwise(List.of(state)))
                .orElse(state);
    }

    private List<Item> within(Json subject, String field, Json event, Instant asOf) {
        Json list = subject.at(field);
        List<Item.Upsert> states =
                list.items("data").stream().map(one -> state(one, event, asOf)).toList();
        if (list.isTrue("has_more")) {
            return List.of(Item.fetchAll(context -> StripeObject.list(subject, field, context))
                    .otherwise(states));
        }
        List<Item> items = new ArrayList<>(states);
        Set<String> present = states.stream()
                .flatMap(one -> one.resource().text("id").stream())
                .collect(Collectors.toSet());
        before(event).filter(id -> !present.contains(id)).forEach(removed -> items.add(Item.delete(removed, asOf)));
        return items;
    }

    /** The ids that were in the list before the event. */
    private Stream<String> before(Json event) {
        String list = container.map(Container::list).orElseThrow();
        return event.items("data", "previous_attributes", list, "data").stream()
                .flatMap(one -> one.text("id").stream());
    }

    private static Item.Upsert state(Json resource, Json event, Instant asOf) {
        Item.Upsert state = Item.upsert(resource, asOf);
        return event.text("id").map(state::event).orElse(state);
    }
}
