package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** A reader finds what a webhook says about its resource, and nothing in what is about something else. */
final class ReadingChecks {
    private static final Instant LONG_AGO = Instant.parse("1990-01-01T00:00:00Z");

    private final Subject subject;

    ReadingChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        if (subject.samples().webhooks().isEmpty()) {
            return Stream.of(dynamicTest("there are samples of webhooks", this::noSamples));
        }
        Stream<DynamicNode> ofSamples = subject.samples().webhooks().stream()
                .flatMap(sample -> Stream.of(
                        dynamicTest(
                                sample.name() + ": it is read as items of " + subject.service(), () -> items(sample)),
                        dynamicTest(sample.name() + ": reading it twice gives the same", () -> repeatable(sample)),
                        dynamicTest(
                                sample.name() + ": in any other shape it fails visibly, if at all",
                                () -> shapes(sample))));
        Stream<DynamicNode> foreign = subject.samples().foreign().stream()
                .map(sample -> dynamicTest(sample.name() + ": nothing is read from it", () -> foreign(sample)));
        return Stream.of(
                        ofSamples,
                        foreign,
                        Stream.of(
                                dynamicTest("nothing is read from what the provider never sends", this::strangeBodies),
                                dynamicTest("a deletion names an object that other samples show", this::deletions)))
                .flatMap(all -> all);
    }

    private void noSamples() {
        Require.failed(
                "There is no sample of a webhook of %s.".formatted(subject.service()),
                "Put what the provider sends into %s/webhook1.json: {\"headers\": {...}, \"body\": {...}}."
                        .formatted(subject.samples().directory()));
    }

    private void items(WebhookSample sample) {
        List<Item> items = subject.read(sample);
        Require.that(
                !items.isEmpty(),
                "Nothing is read from %s.".formatted(sample.name()),
                "Return an item for it, or rename the file to foreign*.json if it is about something else.");
        items.forEach(item -> checked(sample, item));
    }

    private void checked(WebhookSample sample, Item item) {
        switch (item) {
            case Item.Upsert upsert -> {
                Require.that(
                        subject.key(upsert.resource()).isPresent(),
                        "What is read from %s has no '%s', which is the key of %s."
                                .formatted(
                                        sample.name(),
                                        String.join(
                                                ".", subject.resource().key().path()),
                                        subject.service()),
                        "Return the resource itself and not its envelope, or correct key(...).");
                plausible(sample, upsert.asOf());
            }
            case Item.Delete delete -> {
                Require.that(
                        !delete.key().isBlank(),
                        "The deletion in %s names no key.".formatted(sample.name()),
                        "Return Item.delete with the key of the deleted object.");
                Require.that(
                        subject.resource().deletable(),
                        "%s is read as a deletion, but %s is not deletable."
                                .formatted(sample.name(), subject.service()),
                        "Add deletable() to the declaration.");
                plausible(sample, delete.asOf());
            }
            case Item.Fetch fetch -> fetchable(sample, fetch);
        }
    }

    private void fetchable(WebhookSample sample, Item.Fetch fetch) {
        Require.that(
                !subject.samples().answers().isEmpty(),
                "%s is read as something to fetch, and no sample says what the provider answers."
                        .formatted(sample.name()),
                "Add %s/answer1.json: {\"request\": {\"path\": \"...\"}, \"answer\": {...}}."
                        .formatted(subject.samples().directory()));
        Require.that(
                fetch.deleted().isEmpty() || subject.resource().deletable(),
                "What %s names counts as deleted when it is gone, but %s is not deletable."
                        .formatted(sample.name(), subject.service()),
                "Add deletable() to the declaration, or remove goneMeansDeleted.");
        Require.that(
                subject.webhook().isFetching(),
                "%s is read as something to fetch, but nobody is asked for what the API needs when webhooks are set up."
                        .formatted(sample.name()),
                "Add fetching() to the declaration of the webhook.");
    }

    /** Catches milliseconds taken for seconds, and the epoch for a missing time. */
    private void plausible(WebhookSample sample, Instant asOf) {
        Instant latest = subject.arrival(sample).plus(Duration.ofDays(1));
        Require.that(
                asOf.isAfter(LONG_AGO) && asOf.isBefore(latest),
                "The state in %s is said to have been true at %s.".formatted(sample.name(), asOf),
                "asOf is the object's time of modification, or the event's; check its unit (seconds or milliseconds), and use"
                        + " Request.receivedAt() if the provider sends none.");
    }

    private void repeatable(WebhookSample sample) {
        Require.that(
                described(subject.read(sample)).equals(described(subject.read(sample))),
                "%s is read as something else the second time.".formatted(sample.name()),
                "A reader keeps no state and asks no clock: use what the request says, and Request.receivedAt().");
    }

    private static List<String> described(List<Item> items) {
        return items.stream()
                .map(item -> switch (item) {
                    case Item.Upsert upsert ->
                        "%s at %s, event %s".formatted(upsert.resource(), upsert.asOf(), upsert.event());
                    case Item.Delete delete -> "deletion of %s at %s".formatted(delete.key(), delete.asOf());
                    case Item.Fetch fetch -> "fetch";
                })
                .toList();
    }

    private void shapes(WebhookSample sample) {
        Request request = subject.genuine(sample);
        for (Edits.Edit edit : Edits.everyShape(subject.body(request))) {
            try {
                subject.read(request, edit.json());
            } catch (ConnectorException e) {
                Require.that(
                        e.getMessage() != null,
                        "The reader throws a ConnectorException without a message where %s.".formatted(edit.what()),
                        "Say what is missing.");
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "The reader throws %s on %s where %s.\n  What to do: Read fields with Json.text, number or items, which give an empty result for what is not there; throw ConnectorException for what you cannot do without."
                                .formatted(e, sample.name(), edit.what()),
                        e);
            }
        }
    }

    private void foreign(WebhookSample sample) {
        Require.that(
                subject.read(sample).isEmpty(),
                "%s is about something else, but %s reads an item from it.".formatted(sample.name(), subject.service()),
                "Look at the event's type before you return an item.");
    }

    private void strangeBodies() {
        Request request = Request.of(subject.now(), "POST", "https://webhooks.example.com/", Map.of(), new byte[0]);
        List<Json> bodies = List.of(
                new Json.Obj(Map.of()),
                new Json.Arr(List.of()),
                new Json.Null(),
                new Json.Str("ping"),
                new Json.Num(BigDecimal.ONE),
                new Json.Obj(Map.of("type", new Json.Str("something.else"), "data", new Json.Obj(Map.of()))));
        for (Json body : bodies) {
            try {
                List<Item> items = subject.read(request, body);
                Require.that(
                        items.isEmpty(),
                        "From the body %s, %s reads %d items.".formatted(body, subject.service(), items.size()),
                        "Return nothing for a body that has not the fields, or the type, that you expect.");
            } catch (ConnectorException visible) {
                Require.that(
                        visible.getMessage() != null, "A ConnectorException has no message.", "Say what is missing.");
            }
        }
    }

    private void deletions() {
        Set<String> known = new HashSet<>();
        Set<String> deleted = new HashSet<>();
        for (WebhookSample sample : subject.samples().webhooks()) {
            Set<String> states = new HashSet<>();
            Set<String> gone = new HashSet<>();
            for (Item item : subject.read(sample)) {
                switch (item) {
                    case Item.Upsert upsert -> subject.key(upsert.resource()).ifPresent(states::add);
                    case Item.Delete delete -> gone.add(delete.key());
                    case Item.Fetch fetch -> {}
                }
            }
            known.addAll(states);
            deleted.addAll(gone);
        }
        subject.samples().pages().forEach(page -> known.addAll(keysIn(page.answer())));
        deleted.removeAll(known);
        Optional<String> stranger = deleted.stream().findFirst();
        Require.that(
                stranger.isEmpty(),
                "The deletion of '%s' reaches no row: no other sample has an object with this key."
                        .formatted(stranger.orElse("")),
                "Return the key of the deleted object, not of the event; and add a sample of a state of the same object.");
    }

    private Set<String> keysIn(Json answer) {
        Set<String> keys = new HashSet<>();
        for (List<Object> path : Edits.arrays(answer, array -> true)) {
            if (Edits.find(answer, path) instanceof Json.Arr(List<Json> items)) {
                items.forEach(item -> subject.key(item).ifPresent(keys::add));
            }
        }
        return keys;
    }
}
