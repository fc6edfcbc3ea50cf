package dev.webhookdb.testkit;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.testkit.gadget.Gadget;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Connectors that list too little, or too much. */
final class ListingFaults {
    private static final Setting VERSION = Setting.of(
                    "api_version", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "The version of Acme's API.")
            .orElse("2026-01-31");

    private ListingFaults() {}

    static Stream<Fault> all() {
        var asked = new AtomicInteger();
        return Stream.of(
                new Fault(
                        "reads one page",
                        new Gadget()
                                .pages((cursor, context) ->
                                        Page.of(Gadget.page(cursor, context).resources(), Optional.empty())),
                        "Nobody asks for the samples [page2.json]: the listing ends too early",
                        "Name the cursor of the next page"),
                new Fault(
                        "never ends",
                        new Gadget()
                                .pages((cursor, context) ->
                                        Page.of(Gadget.page(cursor, context).resources(), Optional.of("g_3"))),
                        "comes twice: the listing never ends",
                        "nothing after the last one"),
                new Fault(
                        "forgets the last object of a page",
                        new Gadget().pages((cursor, context) -> {
                            Page page = Gadget.page(cursor, context);
                            List<Json> all = page.resources();
                            return Page.of(all.subList(0, Math.max(1, all.size() - 1)), page.next());
                        }),
                        "stands in 'gadgets' of page1.json, but is not among what is listed",
                        "Return every object"),
                new Fault(
                        "counts pages in memory",
                        new Gadget().pages((cursor, context) -> {
                            int page = cursor.isEmpty() && context.since().isEmpty()
                                    ? asked.getAndSet(1) * 0
                                    : asked.getAndIncrement();
                            return Gadget.page(Gadget.request(cursor, context)
                                    .query("page", Integer.toString(page))
                                    .send()
                                    .json());
                        }),
                        "the listing asks what it did not ask before",
                        "a backfill keeps nothing between two calls"),
                new Fault(
                        "swallows failures",
                        new Gadget().pages(ListingFaults::swallowing),
                        "the backfill returns a page of 0 objects and no next one: the listing ends early",
                        "catch nothing"),
                new Fault(
                        "takes an answer without a list for the end",
                        new Gadget().pages((cursor, context) -> {
                            Json answer = Gadget.request(cursor, context).send().json();
                            return Page.of(answer.items("gadgets"), answer.text("next"));
                        }),
                        "With the answer null at https://api.acme.example.com/gadgets",
                        "Throw a ConnectorException if the answer lacks the list"),
                new Fault(
                        "blames itself for a refused key",
                        new Gadget().pages((cursor, context) -> {
                            try {
                                return Gadget.page(cursor, context);
                            } catch (ConnectorException e) {
                                throw new ConnectorException(
                                        ConnectorException.Reason.UNEXPECTED, "It failed: " + e.getMessage());
                            }
                        }),
                        "With status 401 at https://api.acme.example.com/gadgets, the backfill throws",
                        "The host tells the operator what to do"),
                new Fault(
                        "asks for everything whatever is wanted",
                        new Gadget()
                                .pages((cursor, context) -> Gadget.page(Gadget.request(
                                                cursor,
                                                new Listing.Context(
                                                        context.settings(),
                                                        context.http(),
                                                        Optional.empty(),
                                                        Optional.empty(),
                                                        Optional.empty()))
                                        .send()
                                        .json())),
                        "declared incremental, but asks for the same",
                        "Send Context.since()"),
                new Fault(
                        "asks for another version than it declares",
                        new Gadget().version(ApiVersion.asked("2027-01-31")),
                        "declares that it asks for version 2027-01-31, which the request https://api.acme.example.com/gadgets",
                        "Send ApiVersion.asked(settings) with every request"),
                new Fault(
                        "asks for the same version whatever the operator chooses",
                        new Gadget()
                                .settings(Gadget.SECRET, Gadget.KEY, Gadget.API_URL, VERSION)
                                .version(ApiVersion.asked(VERSION)),
                        "declares that it asks for version 2026-01-32, which the request https://api.acme.example.com/gadgets",
                        "Send ApiVersion.asked(settings) with every request"),
                new Fault(
                        "writes the key into the address",
                        new Gadget().pages((cursor, context) -> {
                            var call = context.http()
                                    .get("https://api.acme.example.com/%s/gadgets"
                                            .formatted(context.settings()
                                                    .secret(Gadget.KEY)
                                                    .reveal()))
                                    .query("limit", "100");
                            cursor.ifPresent(after -> call.query("after", after));
                            context.since().ifPresent(since -> call.query("since", since.toString()));
                            return Gadget.page(call.send().json());
                        }),
                        "A secret stands in an address, which is logged",
                        "Leave it out"));
    }

    private static Page swallowing(Optional<String> cursor, Context context) throws InterruptedException {
        try {
            return Gadget.page(cursor, context);
        } catch (IOException | ConnectorException e) {
            return Page.of(List.of(), Optional.empty());
        }
    }
}
