package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * The topics of webhooks whose body is a resource of one kind. Other topics say nothing: some with a similar name, such as
 * {@code orders/edited}, have a body of another kind.
 *
 * @see <a href="https://shopify.dev/docs/api/webhooks">Shopify: webhooks</a>
 */
final class ShopifyTopics {
    private final List<String> topics;

    private ShopifyTopics(List<String> topics) {
        this.topics = topics;
    }

    /** Topics as Shopify writes them, for example {@code orders/paid}. */
    static ShopifyTopics of(String... topics) {
        return new ShopifyTopics(List.of(topics));
    }

    Webhook webhook() {
        return Webhook.of(Shopify.VERIFIER, this::read).events(topics.toArray(String[]::new));
    }

    private List<Item> read(Request request, Json body) {
        Optional<String> topic = request.header("X-Shopify-Topic").filter(topics::contains);
        Optional<String> id = id(body);
        if (topic.isEmpty() || id.isEmpty()) {
            return List.of();
        }
        Optional<Instant> triggered = triggeredAt(request);
        Instant asOf = triggered.orElse(request.receivedAt());
        if (topic.get().endsWith("/delete")) {
            return List.of(Item.delete(id.get(), asOf));
        }
        Item.Upsert state = Item.upsert(body, asOf);
        Item.Upsert exact = triggered.map(state::triggeredAt).orElse(state);
        return List.of(event(request)
                .map(event -> exact.event(topic.get() + " " + event))
                .orElse(exact));
    }

    /** The decimal text of a resource's number. */
    static Optional<String> id(Json resource) {
        return resource.number("id").map(BigDecimal::toBigInteger).map(Object::toString);
    }

    /**
     * The same for all deliveries of one event, but also for the topics that one action of the merchant triggers: only both
     * together tell an event. The id of a webhook is what older versions have instead.
     *
     * @see <a href="https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates">Shopify: ignore duplicates</a>
     */
    private static Optional<String> event(Request request) {
        return request.header("X-Shopify-Event-Id").or(() -> request.header("X-Shopify-Webhook-Id"));
    }

    private static Optional<Instant> triggeredAt(Request request) {
        try {
            return request.header("X-Shopify-Triggered-At")
                    .map(OffsetDateTime::parse)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
