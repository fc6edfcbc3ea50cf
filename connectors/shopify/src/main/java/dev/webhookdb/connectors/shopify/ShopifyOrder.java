package dev.webhookdb.connectors.shopify;

import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;
import java.util.Map;

/** What somebody bought. Without the permission read_all_orders, an app sees those of the last 60 days. */
final class ShopifyOrder {
    static final Resource RESOURCE = Resource.named("shopify_order_v1", "Shopify Order")
            .docs("https://shopify.dev/docs/api/admin-rest/2026-07/resources/order")
            .settings(
                    Shopify.WEBHOOK_SECRET,
                    Shopify.SHOP_NAME,
                    Shopify.ACCESS_TOKEN,
                    Shopify.API_KEY,
                    Shopify.API_VERSION,
                    Shopify.API_URL)
            .key(text("shopify_id").at("id"))
            .columns(
                    text("app_id"),
                    timestamp("cancelled_at").index(),
                    text("cart_token"),
                    text("checkout_token"),
                    timestamp("closed_at").index(),
                    timestamp("created_at").index(),
                    text("customer_id").at("customer", "id").index(),
                    text("email").index(),
                    text("name"),
                    integer("order_number").index(),
                    text("phone").index(),
                    text("token"),
                    timestamp("updated_at").index(),
                    text("user_id").index(),
                    text("currency"),
                    text("financial_status").index(),
                    text("fulfillment_status").index(),
                    numeric("total_price"))
            .orderedBy("updated_at")
            .deletable()
            .webhook(ShopifyTopics.of(
                            "orders/cancelled",
                            "orders/create",
                            "orders/delete",
                            "orders/fulfilled",
                            "orders/paid",
                            "orders/partially_fulfilled",
                            "orders/updated")
                    .webhook(ShopifyTopics.orders("shopify_id")))
            .fetchedBy(Shopify.byKey("orders", "order"))
            .backfill(ShopifyList.of("orders", Map.of("status", "any"), Shopify.ORDERS.countedFrom("created_at")))
            .build();

    private ShopifyOrder() {}
}
