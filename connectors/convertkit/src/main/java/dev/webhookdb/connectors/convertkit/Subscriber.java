package dev.webhookdb.connectors.convertkit;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who gets e-mails, or did.
 *
 * <p><b>ConvertKit does not sign webhooks.</b> Every request to the integration's address is accepted, so the address itself is the
 * secret: who knows it can write rows into this table. The hourly poll corrects what a false webhook wrote about a subscriber that
 * exists.
 *
 * <p>ConvertKit lists those who are subscribed and those who have cancelled apart. The cursor is {@code LIST:PAGE}.
 */
final class Subscriber {
    static final Resource RESOURCE = Resource.named("convertkit_subscriber_v1", "ConvertKit Subscriber")
            .docs("https://developers.kit.com/api-reference/v3/subscribers")
            .settings(ConvertKit.API_SECRET, ConvertKit.API_URL)
            .key(text("convertkit_id").at("id"))
            .columns(
                    timestamp("canceled_at").at("state").sinceNot("active").index(),
                    timestamp("created_at").index(),
                    text("email_address").index(),
                    text("first_name"),
                    text("last_name").at("fields", "last_name"),
                    text("state"),
                    timestamp("updated_at").asOf().index())
            .orderedBy("updated_at")
            .webhook(Webhook.of((request, settings) -> Verdict.accept(), Subscriber::read)
                    .events("subscriber.subscriber_activate", "subscriber.subscriber_unsubscribe"))
            .backfill(Backfill.of(Subscriber::page)
                    .reaching(Reach.all())
                    .incremental(Duration.ofHours(1))
                    .every(Duration.ofHours(1)))
            .build();

    private static final String SUBSCRIBED = "subscribed";
    private static final String CANCELLED = "cancelled";

    private Subscriber() {}

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        String[] place = cursor.orElse(SUBSCRIBED + ":1").split(":", 2);
        boolean cancelled = place[0].equals(CANCELLED);
        Http.Call call = ConvertKit.get("/v3/subscribers", context)
                .query("page", place[1])
                .query("sort_order", "desc");
        if (cancelled) {
            call.query("sort_field", "cancelled_at");
        }
        updatedFrom(context).ifPresent(day -> call.query("updated_from", day.toString()));
        Json answer = call.send().json();
        boolean more = answer.number("total_pages").orElse(BigDecimal.ZERO).compareTo(new BigDecimal(place[1])) > 0;
        Optional<String> next = more
                ? Optional.of(place[0] + ":" + (ConvertKit.number(place[1]) + 1))
                : Optional.of(CANCELLED + ":1").filter(other -> !cancelled);
        return Page.of(answer.requiredItems("subscribers"), next);
    }

    /** ConvertKit filters by whole days, of which it does not say where they begin, and leaves out the day itself. */
    private static Optional<LocalDate> updatedFrom(Context context) {
        return context.since()
                .map(since -> since.atZone(ZoneOffset.UTC).toLocalDate().minusDays(1));
    }

    private static List<Item> read(Request request, Json event) {
        Json subscriber = event.at("subscriber");
        boolean ours = subscriber.number("id").isPresent();
        // to the second, as lists are: which of the two is newer within a second, tells when each was received or asked
        return ours
                ? List.of(Item.upsert(subscriber, request.receivedAt().truncatedTo(ChronoUnit.SECONDS)))
                : List.of();
    }
}
