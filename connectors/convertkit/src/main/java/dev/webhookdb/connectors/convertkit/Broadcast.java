package dev.webhookdb.connectors.convertkit;

import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.numeric;
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
 * An e-mail to many, with its statistics in the member {@code stats}, which ConvertKit tells of one broadcast at a time.
 *
 * <p>The cursor is {@code PAGE:OFFSET}: a page lists 50 broadcasts, more than are detailed at a time.
 */
final class Broadcast {
    static final Resource RESOURCE = Resource.named("convertkit_broadcast_v1", "ConvertKit Broadcast")
            .docs("https://developers.kit.com/api-reference/v3/broadcasts")
            .settings(ConvertKit.API_SECRET, ConvertKit.API_URL)
            .key(text("convertkit_id").at("id"))
            .columns(
                    numeric("click_rate").at("stats", "click_rate"),
                    timestamp("created_at").index(),
                    numeric("open_rate").at("stats", "open_rate"),
                    numeric("progress").at("stats", "progress"),
                    integer("recipients").at("stats", "recipients"),
                    bool("show_total_clicks").at("stats", "show_total_clicks"),
                    text("status").at("stats", "status"),
                    text("subject"),
                    integer("total_clicks").at("stats", "total_clicks"),
                    integer("unsubscribes").at("stats", "unsubscribes"),
                    timestamp("updated_at").asOf().index())
            .orderedBy("updated_at")
            .backfill(Backfill.of(Broadcast::page).reaching(Reach.all()).every(Duration.ofHours(1)))
            .build();

    private static final int PAGE_SIZE = 50;

    private Broadcast() {}

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        String[] place = cursor.orElse("1:0").split(":", 2);
        int page = ConvertKit.number(place[0]);
        int offset = ConvertKit.number(place[1]);
        List<Json> listed = ConvertKit.get("/v3/broadcasts", context)
                .query("page", place[0])
                .query("sort_order", "asc")
                .send()
                .json()
                .requiredItems("broadcasts");
        List<Json> detailed = ConvertKit.detailed(listed, offset, "stats", id -> stats(id, context));
        int after = offset + ConvertKit.DETAILED_AT_A_TIME;
        if (after < listed.size()) {
            return Page.of(detailed, Optional.of(page + ":" + after));
        }
        return Page.of(detailed, listed.size() < PAGE_SIZE ? Optional.empty() : Optional.of(page + 1 + ":0"));
    }

    /** A broadcast that was deleted since it was listed has none. */
    private static Json stats(String id, Context context) throws IOException, InterruptedException {
        return ConvertKit.get("/v3/broadcasts/" + Http.segment(id) + "/stats", context)
                .accept(404)
                .send()
                .json()
                .at("broadcast", "stats");
    }
}
