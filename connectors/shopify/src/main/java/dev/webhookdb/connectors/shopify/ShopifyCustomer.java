package dev.webhookdb.connectors.shopify;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.util.Map;

/** Somebody who bought, or has an account. */
final class ShopifyCustomer {
    static final Resource RESOURCE = Resource.named("shopify_customer_v1", "Shopify Customer")
            .docs("https://shopify.dev/docs/api/admin-rest/2026-07/resources/customer")
            .settings(
                    Shopify.WEBHOOK_SECRET,
                    Shopify.SHOP_NAME,
                    Shopify.ACCESS_TOKEN,
                    Shopify.API_KEY,
                    Shopify.API_VERSION,
                    Shopify.API_URL)
            .key(text("shopify_id").at("id"))
            .columns(
                    timestamp("created_at").index(),
                    text("email").index(),
                    text("first_name"),
                    text("last_name"),
                    text("last_order_id"),
                    text("last_order_name"),
                    text("phone").index(),
                    text("state"),
                    timestamp("updated_at").index())
            .orderedBy("updated_at")
            .deletable()
            .webhook(ShopifyTopics.of(
                            "customers/create",
                            "customers/delete",
                            "customers/disable",
                            "customers/enable",
                            ShopifyTopics.CUSTOMERS_MERGE,
                            "customers/update")
                    .webhook(ShopifyTopics.customer()))
            .fetchedBy(Shopify.byKey("customers", "customer"))
            .backfill(ShopifyList.of("customers", Map.of(), Reach.all()))
            .build();

    private ShopifyCustomer() {}
}
