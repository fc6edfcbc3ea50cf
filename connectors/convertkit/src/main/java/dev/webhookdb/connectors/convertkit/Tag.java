package dev.webhookdb.connectors.convertkit;

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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A label for subscribers, with the number of those that have it, which ConvertKit tells of one tag at a time, together with the
 * first of them: only the number is kept.
 *
 * <p>One request lists all tags; the cursor is how many of them have been detailed.
 */
final class Tag {
    static final Resource RESOURCE = Resource.named("convertkit_tag_v1", "ConvertKit Tag")
            .docs("https://developers.kit.com/api-reference/v3/tags")
            .settings(ConvertKit.API_SECRET, ConvertKit.API_URL)
            .key(text("convertkit_id").at("id"))
            .columns(
                    timestamp("created_at").index(),
                    text("name").index(),
                    integer("total_subscriptions"),
                    timestamp("updated_at").asOf().index())
            .orderedBy("updated_at")
            .backfill(Backfill.of(Tag::page).reaching(Reach.all()).every(Duration.ofHours(1)))
            .build();

    private Tag() {}

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        int offset = ConvertKit.number(cursor.orElse("0"));
        List<Json> listed = ConvertKit.get("/v3/tags", context).send().json().requiredItems("tags");
        List<Json> detailed =
                ConvertKit.detailed(listed, offset, "total_subscriptions", id -> subscriptions(id, context));
        int after = offset + ConvertKit.DETAILED_AT_A_TIME;
        return Page.of(detailed, after < listed.size() ? Optional.of(String.valueOf(after)) : Optional.empty())
                .total(listed.size());
    }

    /** A tag that was deleted since it was listed has none. */
    private static Json subscriptions(String id, Context context) throws IOException, InterruptedException {
        return ConvertKit.get("/v3/tags/" + Http.segment(id) + "/subscriptions", context)
                .accept(404)
                .send()
                .json()
                .at("total_subscriptions");
    }
}
