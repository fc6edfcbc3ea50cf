package dev.webhookdb.connectors.transistor;

import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An episode of a podcast.
 *
 * <p>To what Transistor says, a member {@code webhookdb} is added, from which columns are read like from any other: the
 * transcript, which is at an address of its own, and what {@link Notes} makes of summary and description. They are computed when
 * an episode is fetched, because a conversion in SQL would have to take HTML apart.
 *
 * <p>Transistor cannot list what has changed. An incremental run lists everything, in small pages because of the transcripts, but
 * keeps only what has changed since, so that an edit of an old episode is found as well.
 */
final class Episode {
    static final Resource RESOURCE = Resource.named("transistor_episode_v1", "Transistor Episode")
            .docs("https://developers.transistor.fm/#Episode")
            .settings(Transistor.API_KEY, Transistor.API_URL)
            .key(text("transistor_id").at("id"))
            .columns(
                    text("author").at("attributes", "author"),
                    timestamp("created_at").at("attributes", "created_at").index(),
                    integer("duration").at("attributes", "duration"),
                    text("keywords").at("attributes", "keywords"),
                    integer("number").at("attributes", "number").index(),
                    timestamp("published_at").at("attributes", "published_at").index(),
                    integer("season").at("attributes", "season").index(),
                    text("show_id").at("relationships", "show", "data", "id").index(),
                    text("status").at("attributes", "status"),
                    text("title").at("attributes", "title"),
                    text("type").at("attributes", "type"),
                    timestamp("updated_at").at("attributes", "updated_at").index(),
                    text("transcript_text").at("webhookdb", "transcript_text"),
                    integer("api_format").at("webhookdb", "api_format"),
                    text("logical_summary").at("webhookdb", "logical_summary"),
                    text("logical_description").at("webhookdb", "logical_description"))
            .orderedBy("updated_at")
            .backfill(Backfill.of(Episode::page)
                    .reaching(Reach.all())
                    .incremental(Duration.ofHours(1))
                    .every(Duration.ofHours(1)))
            .build();

    /** Each may cost a request for its transcript. */
    private static final int PAGE_SIZE = 25;

    private Episode() {}

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        String page = cursor.orElse("1");
        Json answer =
                Transistor.list("/v1/episodes", context, page, PAGE_SIZE).send().json();
        List<Json> episodes = new ArrayList<>();
        for (Json episode : answer.requiredItems("data")) {
            if (changed(episode, context.since())) {
                episodes.add(completed(episode, context.http()));
            }
        }
        return Transistor.total(Page.of(episodes, Transistor.next(answer, page)), answer);
    }

    private static boolean changed(Json episode, Optional<Instant> since) {
        Optional<Instant> updated = Transistor.instant(episode, "attributes", "updated_at");
        return since.isEmpty() || updated.isEmpty() || !updated.get().isBefore(since.get());
    }

    private static Json completed(Json episode, Http http) throws IOException, InterruptedException {
        if (!(episode instanceof Json.Obj(Map<String, Json> fields))) {
            return episode;
        }
        Notes notes = Notes.of(episode.text("attributes", "summary"), episode.text("attributes", "description"));
        Map<String, Json> added = new LinkedHashMap<>();
        added.put("transcript_text", transcript(episode, http));
        added.put("api_format", new Json.Num(new BigDecimal(notes.format())));
        added.put("logical_summary", orNull(notes.summary()));
        added.put("logical_description", orNull(notes.description()));
        Map<String, Json> completed = new LinkedHashMap<>(fields);
        completed.put("webhookdb", new Json.Obj(added));
        return new Json.Obj(completed);
    }

    /** The address is on a public site: it is called without the key, and need not have the text that it promises. */
    private static Json transcript(Json episode, Http http) throws IOException, InterruptedException {
        Optional<String> url =
                episode.text("attributes", "transcript_url").filter(address -> address.startsWith("http"));
        if (url.isEmpty()) {
            return new Json.Null();
        }
        Http.Answer answer = http.get(url.get() + ".txt").accept(404).send();
        return answer.status() == 200 ? new Json.Str(answer.text()) : new Json.Null();
    }

    private static Json orNull(Optional<String> text) {
        return text.<Json>map(Json.Str::new).orElse(new Json.Null());
    }
}
