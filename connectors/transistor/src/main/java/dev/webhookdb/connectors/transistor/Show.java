package dev.webhookdb.connectors.transistor;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A podcast. Transistor lists public and private ones apart; the cursor is {@code PRIVATE:PAGE}. */
final class Show {
    static final Resource RESOURCE = Resource.named("transistor_show_v1", "Transistor Show")
            .docs("https://developers.transistor.fm/#Show")
            .settings(Transistor.API_KEY, Transistor.API_URL)
            .key(text("transistor_id").at("id"))
            .columns(
                    text("author").at("attributes", "author"),
                    timestamp("created_at").at("attributes", "created_at").index(),
                    text("description").at("attributes", "description"),
                    text("title").at("attributes", "title"),
                    timestamp("updated_at").at("attributes", "updated_at").index(),
                    text("website").at("attributes", "website"))
            .orderedBy("updated_at")
            .backfill(Backfill.of(Show::page).reaching(Reach.all()).every(Duration.ofDays(1)))
            .build();

    private static final int LARGEST_PAGE = 500;

    private Show() {}

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        String[] place = cursor.orElse("false:1").split(":", 2);
        Json answer = Transistor.list("/v1/shows", context, place[1], LARGEST_PAGE)
                .query("private", place[0])
                .send()
                .json();
        Optional<String> more = Transistor.next(answer, place[1]).map(page -> place[0] + ":" + page);
        Optional<String> other = Optional.of("true:1").filter(next -> place[0].equals("false"));
        return Page.of(answer.requiredItems("data"), more.or(() -> other));
    }
}
