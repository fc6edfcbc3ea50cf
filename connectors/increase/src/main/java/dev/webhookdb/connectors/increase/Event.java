package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.time.Duration;
import java.util.List;

/** That something happened to an object, of any type. Increase keeps events for 30 days; the table keeps them. */
final class Event {
    static final Resource RESOURCE = Resource.named("increase_event_v1", "Increase Event")
            .docs("https://increase.com/documentation/api/events")
            .settings(Increase.WEBHOOK_SECRET, Increase.API_KEY, Increase.API_URL)
            .key(text("increase_id").at("id"))
            .columns(
                    text("associated_object_id").index(),
                    text("associated_object_type"),
                    text("category").index(),
                    timestamp("created_at").index())
            .orderedBy("created_at")
            .webhook(Webhook.of(Increase.VERIFIER, Event::read))
            .backfill(Backfill.of((cursor, context) -> {
                        Json answer = Increase.events(cursor, context);
                        return Backfill.Page.of(answer.requiredItems("data"), answer.text("next_cursor"));
                    })
                    .reaching(Reach.lastDays(30, "Increase keeps events no longer; the table keeps those that it has.")
                            .countedFrom("created_at"))
                    .incremental(Duration.ofMinutes(10)))
            .build();

    private Event() {}

    private static List<Item> read(Request request, Json event) {
        boolean ours = event.text("type").filter("event"::equals).isPresent();
        return event.text("id")
                .filter(id -> ours)
                .map(id ->
                        List.<Item>of(Item.upsert(event, request.receivedAt()).event(id)))
                .orElse(List.of());
    }
}
