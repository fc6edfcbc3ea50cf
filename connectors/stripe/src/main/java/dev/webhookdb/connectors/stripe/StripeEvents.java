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

    /** What is read. */
    private record Said(Json event, Instant asOf, Optional<String> account) {
        Item.Upsert state(Json object) {
            Item.Upsert state = Item.upsert(StripeAccount.mark(object, account), asOf);
            return event.text("id").map(state::event).orElse(state);
        }
    }

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
        return (id, context) -> {
            Optional<String> account =
                    context.known().flatMap(StripeAccount::known).or(() -> StripeAccount.of(context));
            return StripeObject.fetch(path(), id, account, context);
        };
    }

    private String path() {
        return "/v1/" + object.replace('.', '/') + "s";
    }

    Webhook webhook() {
        return Webhook.of(
                        Stripe.VERIFIER,
                        (request, event) -> read(
                                event,
                                event.unixSeconds("created").orElse(request.receivedAt()),
                                StripeAccount.of(event)))
                .events(types.toArray(String[]::new));
    }

    /**
     * What an event says.
     *
     * @param asOf when it happened
     * @param account the connected account whose objects it is about; empty for the account's own
     */
    List<Item> read(Json event, Instant asOf, Optional<String> account) {
        Said said = new Said(event, asOf, account);
        if (event.text("object").equals(Optional.of(THIN))) {
            return named(said);
        }
        // others are about objects of the type, and not what happened to one: a preview of the next invoice is none
        if (event.text("type").filter(type -> !types.contains(type)).isPresent()) {
            return List.of();
        }
        Json subject = event.at("data", "object");
        String type = subject.text("object").orElse("");
        if (type.equals(object)) {
            return about(subject, said);
        }
        return container
                .filter(one -> one.object().equals(type))
                .map(one -> within(subject, one.list(), said))
                .orElse(List.of());
    }

    /**
     * A thin event names an object and does not hold it.
     *
     * @see <a href="https://docs.stripe.com/event-destinations#thin-events">Stripe: thin events</a>
     */
    private List<Item> named(Said said) {
        Json related = said.event().at("related_object");
        Optional<String> id =
                related.text("id").filter(one -> related.text("type").equals(Optional.of(object)));
        return id.stream()
                .map(one -> {
                    Item.Fetch fetch = Item.fetch(context -> StripeObject.fetch(path(), one, said.account(), context));
                    boolean deleted = said.event().text("type").equals(Optional.of("v1.%s.deleted".formatted(object)));
                    return (Item) (deleted ? fetch.goneMeansDeleted(one) : fetch);
                })
                .toList();
    }

    /** Only {@code customer.deleted} deletes a customer: {@code customer.subscription.deleted} ends a subscription that stays. */
    private List<Item> about(Json subject, Said said) {
        List<Item> items = new ArrayList<>();
        items.add(stateOrRest(subject, said));
        if (said.event().text("type").filter((object + ".deleted")::equals).isPresent()) {
            subject.text("id").ifPresent(id -> items.add(Item.delete(id, said.asOf())));
        }
        return items;
    }

    /** An object whose lists are cut off is fetched, as a whole. */
    private Item stateOrRest(Json subject, Said said) {
        Item.Upsert state = said.state(subject);
        Optional<String> id = subject.text("id").filter(one -> StripeObject.isCut(subject));
        return id.<Item>map(one -> Item.fetch(context -> StripeObject.fetch(path(), one, said.account(), context))
                        .otherwise(List.of(state)))
                .orElse(state);
    }

    private List<Item> within(Json subject, String field, Said said) {
        Json list = subject.at(field);
        List<Item.Upsert> states = list.items("data").stream().map(said::state).toList();
        if (list.isTrue("has_more")) {
            return List.of(Item.fetchAll(context -> StripeObject.list(subject, field, said.account(), context))
                    .otherwise(states));
        }
        List<Item> items = new ArrayList<>(states);
        Set<String> present = states.stream()
                .flatMap(one -> one.resource().text("id").stream())
                .collect(Collectors.toSet());
        before(said.event())
                .filter(id -> !present.contains(id))
                .forEach(removed -> items.add(Item.delete(removed, said.asOf())));
        return items;
    }

    /** The ids that were in the list before the event. */
    private Stream<String> before(Json event) {
        String list = container.map(Container::list).orElseThrow();
        return event.items("data", "previous_attributes", list, "data").stream()
                .flatMap(one -> one.text("id").stream());
    }
}
