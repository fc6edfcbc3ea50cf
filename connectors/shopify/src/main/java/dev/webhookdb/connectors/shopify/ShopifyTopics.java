package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topics of webhooks whose body is a resource of one kind. Other topics say nothing: some with a similar name, such as
 * {@code orders/edited}, have a body of another kind.
 *
 * @see <a href="https://shopify.dev/docs/api/webhooks">Shopify: webhooks</a>
 */
final class ShopifyTopics {
    private static final String TOPIC = "X-Shopify-Topic";
    private static final String CUSTOMERS_REDACT = "customers/redact";
    private static final String CUSTOMERS_DATA_REQUEST = "customers/data_request";
    private static final String SHOP_REDACT = "shop/redact";
    private static final String SHOPS = ".myshopify.com";

    /** Its body names two customers, the one that is kept and the one that is gone. */
    static final String CUSTOMERS_MERGE = "customers/merge";

    /**
     * What Shopify says of a merge that has not happened.
     *
     * @see <a href="https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerMergeRequestStatus">Shopify: states of a merge</a>
     */
    private static final Set<String> NOT_MERGED = Set.of("failed", "in_progress", "requested");

    private static final Pattern CUSTOMER = Pattern.compile("gid://shopify/Customer/([0-9]+)");

    private final List<String> topics;

    private ShopifyTopics(List<String> topics) {
        this.topics = topics;
    }

    /** Topics as Shopify writes them, for example {@code orders/paid}. */
    static ShopifyTopics of(String... topics) {
        return new ShopifyTopics(List.of(topics));
    }

    /** Selects the rows of a resource that hold something of a customer. */
    @FunctionalInterface
    interface OfCustomer {
        /**
         * Selects rows.
         *
         * @param body names the customer
         * @param orders the field of the body that lists the customer's orders that are meant
         */
        List<Webhook.Selection> rows(Json body, String orders);
    }

    /**
     * The webhooks of a resource.
     *
     * @param rows those that hold something of a customer who is to be forgotten, or wants to know what is kept; Shopify's requests for
     *     that come to the address that is configured for the app, whatever the shop's webhooks are subscribed to
     * @see <a href="https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance">Shopify: privacy law compliance</a>
     */
    Webhook webhook(OfCustomer rows) {
        return Webhook.of(Shopify.VERIFIER, this::read)
                .events(topics.toArray(String[]::new))
                .erasing(TOPIC, CUSTOMERS_REDACT, body -> rows.rows(body, "orders_to_redact"))
                .disclosing(
                        TOPIC,
                        CUSTOMERS_DATA_REQUEST,
                        body -> new Webhook.Disclosure(dataRequest(body), rows.rows(body, "orders_requested")))
                .clearing(TOPIC, SHOP_REDACT, ShopifyTopics::shop, Shopify.SHOP_NAME);
    }

    /** The name of a shop, as {@link Shopify#SHOP_NAME} keeps it. */
    private static String shop(Json body) {
        return body.text("shop_domain")
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .filter(domain -> domain.endsWith(SHOPS))
                .map(domain -> domain.substring(0, domain.length() - SHOPS.length()))
                .orElseThrow(() -> new ConnectorException(
                        Reason.UNEXPECTED,
                        "Shopify's order to forget a shop has no shop_domain that ends with " + SHOPS + "."));
    }

    private static String dataRequest(Json body) {
        return id(body.at("data_request"))
                .orElseThrow(() -> new ConnectorException(
                        Reason.UNEXPECTED, "Shopify's request for a customer's data has no data_request with an id."));
    }

    /** The rows of the customer's orders that Shopify names. */
    static OfCustomer orders(String column) {
        return (body, orders) -> body.items(orders).stream()
                .flatMap(order -> order.number().stream())
                .map(order -> new Webhook.Selection(column, order.toBigInteger().toString()))
                .toList();
    }

    /** The customer's own row. */
    static OfCustomer customer() {
        return (body, orders) -> id(body.at("customer")).map(id -> new Webhook.Selection("shopify_id", id)).stream()
                .toList();
    }

    /** None: nothing in them is of a customer. */
    static OfCustomer none() {
        return (body, orders) -> List.of();
    }

    private List<Item> read(Request request, Json body) {
        Optional<String> topic = request.header(TOPIC).filter(topics::contains);
        Optional<Instant> triggered = triggeredAt(request);
        Instant asOf = triggered.orElse(request.receivedAt());
        if (topic.filter(CUSTOMERS_MERGE::equals).isPresent()) {
            return mergedAway(body).map(id -> Item.delete(id, asOf)).stream()
                    .map(Item.class::cast)
                    .toList();
        }
        Optional<String> id = id(body);
        if (topic.isEmpty() || id.isEmpty()) {
            return List.of();
        }
        if (topic.get().endsWith("/delete")) {
            return List.of(Item.delete(id.get(), asOf));
        }
        Item.Upsert state = Item.upsert(body, asOf);
        Item.Upsert exact = triggered.map(state::triggeredAt).orElse(state);
        return List.of(event(request)
                .map(event -> exact.event(topic.get() + " " + event))
                .orElse(exact));
    }

    /** The customer that became a part of another, unless nothing came of it, or not yet. */
    private static Optional<String> mergedAway(Json merge) {
        boolean done = merge.text("status")
                .map(status -> status.toLowerCase(Locale.ROOT))
                .filter(NOT_MERGED::contains)
                .isEmpty();
        return merge.text("admin_graphql_api_customer_deleted_id")
                .filter(id -> done)
                .map(CUSTOMER::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1));
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
