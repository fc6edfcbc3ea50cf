package dev.webhookdb.testkit;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Settings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Goes through a resource's pages as the platform does. */
final class Listing {
    private static final int ENDLESS = 500;

    private final Subject subject;
    private final Script script;

    Listing(Subject subject) {
        this.subject = subject;
        this.script = new Script(subject.samples());
    }

    /** One page, and what was asked for it. */
    record Step(Optional<String> cursor, Backfill.Page page, List<Script.Asked> asked) {}

    Script script() {
        return script;
    }

    /** Reads everything, and remembers which request is for which sample. */
    List<Step> everything() throws IOException, InterruptedException {
        List<Step> steps = from(Optional.empty());
        script.complete();
        return steps;
    }

    /** Reads from a cursor to the end. */
    List<Step> from(Optional<String> start) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        Set<Optional<String>> cursors = new HashSet<>();
        Optional<String> cursor = start;
        do {
            boolean news = cursors.add(cursor) && steps.size() < ENDLESS;
            Require.that(
                    news,
                    "The cursor '%s' comes twice: the listing never ends.".formatted(cursor.orElse("")),
                    "Name the page that follows as next, and nothing after the last one.");
            ScriptedHttp http = ScriptedHttp.answering(script::answer);
            Backfill.Page page = page(cursor, context(http));
            steps.add(new Step(cursor, page, http.asked()));
            cursor = page.next();
        } while (cursor.isPresent());
        return steps;
    }

    Backfill.Page page(Optional<String> cursor, Backfill.Context context) throws IOException, InterruptedException {
        Backfill.Page page = subject.resource().backfill().orElseThrow().pages().fetch(cursor, context);
        Require.that(
                page != null,
                "The backfill returned null.",
                "Return Page.of(...), with an empty list if there is nothing.");
        return page;
    }

    Context context(Http http) {
        boolean orphaned =
                subject.resource().backfill().flatMap(Backfill::parent).isPresent()
                        && subject.samples().parent().isEmpty();
        Require.that(
                !orphaned,
                "%s is listed for each row of another service, and there is no sample of such a row."
                        .formatted(subject.service()),
                "Put the data of one into %s/parent.json."
                        .formatted(subject.samples().directory()));
        return new Context(
                subject.settings(),
                http,
                Optional.empty(),
                Optional.empty(),
                subject.samples().parent());
    }

    /** Returns what identifies the resources of a page, in its order. */
    List<String> keys(Backfill.Page page) {
        List<String> keys = new ArrayList<>();
        page.resources().forEach(resource -> keys.add(key(resource)));
        for (Item item : page.items()) {
            switch (item) {
                case Item.Upsert upsert -> keys.add(key(upsert.resource()));
                case Item.Delete delete -> keys.add(delete.key());
                case Item.Fetch fetch -> {}
            }
        }
        return keys;
    }

    private String key(Json resource) {
        Optional<String> key = subject.key(resource);
        Require.that(
                key.isPresent(),
                "A page has a resource without '%s', which is the key of %s."
                        .formatted(String.join(".", subject.resource().key().path()), subject.service()),
                "Return the resources themselves and not what is around them, or correct key(...).");
        return key.orElseThrow();
    }

    /** What the platform gives a connector that reads an API. */
    record Context(
            Settings settings,
            Http http,
            Optional<Instant> since,
            Optional<Backfill.Range> range,
            Optional<Json> parent)
            implements Backfill.Context {}
}
