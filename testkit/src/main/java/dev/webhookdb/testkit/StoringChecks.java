package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** Rows come out the same whatever the order of arrival, repetition changes nothing, and no field that changes fails a row. */
final class StoringChecks {
    private static final int ORDERS = 8;
    private static final String EDIT = "kit_edit";

    private final Subject subject;

    StoringChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        return Stream.of(
                dynamicTest("states of one object are ordered by what changes with them", this::ordering),
                dynamicTest("any order, with duplicates and listings, ends in the same rows", this::anyOrder),
                dynamicTest("what is known already writes nothing", this::repetition),
                dynamicTest("of two states of one instant, the one that is known later wins", this::ties),
                dynamicTest("a field that is dropped, renamed or of another type fails no row", this::changedFields));
    }

    /** Two states of one object with different instants must be told apart by the column that orders them. */
    private void ordering() throws IOException, InterruptedException {
        Storage storage = Storage.of(subject.resource());
        Map<String, Map<Instant, String>> orders = new LinkedHashMap<>();
        for (Arrival arrival : histories().events()) {
            if (arrival.item() instanceof Item.Upsert upsert) {
                String key = subject.key(upsert.resource()).orElse("");
                storage.clear();
                storage.storeAll(List.of(arrival));
                String order = storage.instants().get(key);
                Map<Instant, String> known = orders.computeIfAbsent(key, unknown -> new LinkedHashMap<>());
                known.forEach(
                        (asOf, other) -> Require.that(
                                asOf.equals(upsert.asOf()) || !order.equals(other),
                                "Two states of '%s', true at %s and at %s, are both ordered by %s: the column '%s' does not change when the object does."
                                        .formatted(
                                                key,
                                                asOf,
                                                upsert.asOf(),
                                                order,
                                                subject.resource().orderedBy().name()),
                                "Order by the provider's time of modification; if there is none, declare a column filled by asOf()."));
                known.put(upsert.asOf(), order);
            }
        }
    }

    private void anyOrder() throws IOException, InterruptedException {
        Storage storage = Storage.of(subject.resource());
        List<Arrival> arrivals = histories().distinct(storage);
        storage.clear();
        storage.storeAll(arrivals);
        Map<String, String> expected = storage.rows();
        Require.that(
                !expected.isEmpty(),
                "No sample of %s becomes a row.".formatted(subject.service()),
                "Add a sample of a webhook, or of a page, that has an object.");
        Random random = new Random(20_240_506);
        for (int order = 0; order < ORDERS; order++) {
            List<Arrival> shuffled = new ArrayList<>(arrivals);
            shuffled.addAll(arrivals.subList(0, random.nextInt(arrivals.size()) + 1));
            Collections.shuffle(shuffled, random);
            storage.clear();
            for (int from = 0; from < shuffled.size(); ) {
                int to = Math.min(shuffled.size(), from + 1 + random.nextInt(shuffled.size()));
                storage.storeAll(shuffled.subList(from, to));
                from = to;
            }
            Map<String, String> rows = storage.rows();
            Require.that(
                    rows.equals(expected),
                    "In another order of arrival, %s becomes %s, not %s.".formatted(subject.service(), rows, expected),
                    "Look at orderedBy(...) and at what the reader takes for asOf: two states of one object need different instants.");
        }
    }

    /** What is read after a webhook was received is newer, and what was read before it was triggered is older, whichever is stored first. */
    private void ties() throws IOException, InterruptedException {
        Storage storage = Storage.of(subject.resource());
        for (Arrival event : histories().events()) {
            if (event.item() instanceof Item.Upsert upsert) {
                Json other = Edits.with(upsert.resource(), EDIT, new Json.Num(BigDecimal.ONE));
                Instant known =
                        upsert.triggeredAt().filter(event.known()::isAfter).orElse(event.known());
                Arrival before = Arrival.listed(Item.upsert(other, upsert.asOf()), known.minusSeconds(3_600));
                Arrival after = Arrival.listed(
                        Item.upsert(other, upsert.asOf()), event.known().plusSeconds(3_600));
                requireNewest(storage, before, event, "an hour before the webhook was triggered", false);
                requireNewest(storage, event, after, "an hour after the webhook was received", true);
            }
        }
    }

    private static void requireNewest(Storage storage, Arrival older, Arrival newer, String when, boolean edited) {
        for (List<Arrival> order : List.of(List.of(older, newer), List.of(newer, older))) {
            storage.clear();
            order.forEach(arrival -> storage.storeAll(List.of(arrival)));
            boolean isEdited = storage.data().values().stream().anyMatch(data -> data.contains('"' + EDIT + '"'));
            Require.that(
                    isEdited == edited,
                    "A list shows another state of the instant of a webhook's, and was asked %s: the wrong one is stored."
                            .formatted(when),
                    "Look at orderedBy(...) and asOf: a webhook's instant is the resource's own time of modification or the event's, and with"
                            + " Item.Upsert.triggeredAt(...) when exactly it happened.");
        }
    }

    private void repetition() throws IOException, InterruptedException {
        Storage storage = Storage.of(subject.resource());
        List<Arrival> events = histories().events();
        for (Arrival event : events) {
            storage.storeAll(List.of(event));
        }
        Map<String, String> before = storage.versions();
        for (Arrival event : events) {
            storage.storeAll(List.of(event));
        }
        storage.storeAll(events);
        Map<String, String> after = storage.versions();
        Require.that(
                after.equals(before),
                "Events that were stored before are written again: the versions of rows are %s, and were %s."
                        .formatted(after, before),
                "Give an event that is delivered twice the same asOf and, with Item.Upsert.event(id), the provider's id of the event:"
                        + " not the time of its arrival.");
    }

    private void changedFields() throws IOException, InterruptedException {
        Storage storage = Storage.of(subject.resource());
        String keyField = subject.resource().key().path().getFirst();
        for (Json resource : histories().resources()) {
            List<Edits.Edit> edits = Edits.eachField(resource, keyField);
            List<Arrival> batch = new ArrayList<>();
            Map<String, String> whole = new LinkedHashMap<>();
            for (int i = 0; i < edits.size(); i++) {
                String key = "edit_" + i;
                Json edited =
                        Edits.at(edits.get(i).json(), subject.resource().key().path(), new Json.Str(key));
                batch.add(Arrival.received(Item.upsert(edited, subject.now()), subject.now()));
                whole.put(key, JsonWriter.write(edited));
            }
            storage.clear();
            storage.store(batch)
                    .forEach((position, reason) -> Require.failed(
                            "With %s no row can be stored: %s"
                                    .formatted(edits.get(position).what(), reason),
                            "A column's conversion, or its index, cannot take what the provider may send. Do not index a column of type JSON or"
                                    + " TEXT_ARRAY, and try the pattern of a Capture in PostgreSQL."));
            requireWhole(storage, edits, whole);
        }
    }

    private static void requireWhole(Storage storage, List<Edits.Edit> edits, Map<String, String> whole) {
        Map<String, String> data = storage.data();
        Require.that(
                data.keySet().equals(whole.keySet()),
                "Of %d changed resources %d became rows.".formatted(edits.size(), data.size()),
                "Report this: a row was lost in the platform.");
    }

    private Histories histories() throws IOException, InterruptedException {
        return Histories.of(subject);
    }

    /** What happened to the objects of the samples. */
    private record Histories(List<Arrival> events, List<Arrival> listed) {
        static Histories of(Subject subject) throws IOException, InterruptedException {
            return new Histories(events(subject), listed(subject));
        }

        private static List<Arrival> events(Subject subject) {
            List<Arrival> events = new ArrayList<>();
            if (subject.resource().webhook().isPresent()) {
                for (WebhookSample sample : subject.samples().webhooks()) {
                    subject.read(sample).stream()
                            .flatMap(Histories::told)
                            .forEach(item -> events.add(Arrival.received(item, subject.arrival(sample))));
                }
            }
            return events;
        }

        private static List<Arrival> listed(Subject subject) throws IOException, InterruptedException {
            List<Arrival> listed = new ArrayList<>();
            if (subject.resource().backfill().isPresent()
                    && !subject.samples().pages().isEmpty()) {
                long second = 0;
                for (Listing.Step step : new Listing(subject).everything()) {
                    Instant asOf = subject.now().plusSeconds(60 + second++);
                    step.page().resources().forEach(one -> listed.add(Arrival.listed(Item.upsert(one, asOf), asOf)));
                    step.page().items().stream()
                            .flatMap(Histories::told)
                            .forEach(item -> listed.add(Arrival.listedEvent(item, asOf)));
                }
            }
            for (Json fetched : FetchChecks.fetched(subject)) {
                Instant asOf = subject.now().plusSeconds(30);
                listed.add(Arrival.listed(Item.upsert(fetched, asOf), asOf));
            }
            return listed;
        }

        /** What is known without fetching. */
        private static Stream<? extends Item> told(Item item) {
            return item instanceof Item.Fetch fetch ? fetch.otherwise().stream() : Stream.of(item);
        }

        List<Json> resources() {
            return Stream.concat(events.stream(), listed.stream())
                    .map(Arrival::item)
                    .flatMap(item -> item instanceof Item.Upsert upsert ? Stream.of(upsert.resource()) : Stream.empty())
                    .limit(4)
                    .toList();
        }

        /**
         * Everything, and a later state of every event's object; of different events that are ordered alike only the first, because of
         * those the later arrival wins.
         */
        List<Arrival> distinct(Storage storage) {
            List<Arrival> candidates = new ArrayList<>(events);
            events.stream().limit(3).forEach(event -> {
                if (event.item() instanceof Item.Upsert upsert) {
                    Json later = Edits.with(upsert.resource(), EDIT, new Json.Num(BigDecimal.ONE));
                    candidates.add(Arrival.received(
                            Item.upsert(later, upsert.asOf().plusSeconds(7)),
                            event.known().plusSeconds(7)));
                }
            });
            candidates.addAll(listed);
            Map<String, Arrival> distinct = new LinkedHashMap<>();
            for (Arrival candidate : candidates) {
                distinct.putIfAbsent(identity(storage, candidate), candidate);
            }
            return List.copyOf(distinct.values());
        }

        private static String identity(Storage storage, Arrival arrival) {
            if (arrival.item() instanceof Item.Delete delete) {
                return "deletion of %s at %s".formatted(delete.key(), delete.asOf());
            }
            storage.clear();
            storage.storeAll(List.of(arrival));
            return "%s, from a %s".formatted(storage.instants(), arrival.source());
        }
    }
}
