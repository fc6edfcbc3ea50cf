package dev.webhookdb.testkit;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.gadget.Gadget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Connectors that read something else than what is written. */
final class ReadingFaults {
    private ReadingFaults() {}

    static Stream<Fault> all() {
        return Stream.of(
                new Fault(
                        "takes the envelope for the resource",
                        new Gadget()
                                .reader((request, event) -> List.of(Item.upsert(
                                        new Json.Obj(Map.of("gadget", event.at("gadget"))), request.receivedAt()))),
                        "has no 'id', which is the key of acme_gadget_v1",
                        "Return the resource itself and not its envelope"),
                new Fault(
                        "reads what is about something else",
                        new Gadget()
                                .reader((request, event) ->
                                        List.of(Item.upsert(event.at("gadget"), request.receivedAt()))),
                        "is about something else, but acme_gadget_v1 reads an item from it",
                        "Look at the event's type"),
                new Fault(
                        "casts",
                        new Gadget().reader((request, event) -> {
                            String type =
                                    event instanceof Json.Obj(Map<String, Json> fields) && fields.containsKey("type")
                                            ? ((Json.Str) fields.get("type")).value()
                                            : "";
                            return type.isEmpty() ? List.of() : Gadget.read(request, event);
                        }),
                        "The reader throws java.lang.ClassCastException",
                        "Read fields with Json.text"),
                new Fault(
                        "takes seconds for milliseconds",
                        new Gadget()
                                .reader((request, event) -> later(
                                        Gadget.read(request, event),
                                        asOf -> Instant.ofEpochMilli(asOf.getEpochSecond()))),
                        "is said to have been true at 1970-01-21",
                        "check its unit"),
                new Fault(
                        "asks the clock",
                        new Gadget()
                                .reader((request, event) -> later(
                                        Gadget.read(request, event),
                                        asOf -> asOf.plusNanos(System.nanoTime() % 1_000_000_000))),
                        "is read as something else the second time",
                        "A reader keeps no state and asks no clock"),
                new Fault(
                        "deletes the event",
                        new Gadget()
                                .reader((request, event) -> event.text("type")
                                                .filter("gadget.deleted"::equals)
                                                .isPresent()
                                        ? List.of(Item.delete(event.text("id").orElse(""), request.receivedAt()))
                                        : Gadget.read(request, event)),
                        "reaches no row",
                        "Return the key of the deleted object, not of the event"),
                new Fault(
                        "reports deletions without a word",
                        new Gadget().notDeletable(),
                        "is read as a deletion, but acme_gadget_v1 is not deletable",
                        "Add deletable()"));
    }

    private static List<Item> later(List<Item> items, UnaryOperator<Instant> change) {
        return items.stream()
                .map(item -> switch (item) {
                    case Item.Upsert upsert -> (Item) Item.upsert(upsert.resource(), change.apply(upsert.asOf()));
                    case Item.Delete delete -> Item.delete(delete.key(), change.apply(delete.asOf()));
                    case Item.Fetch fetch -> fetch;
                })
                .toList();
    }
}
