package dev.webhookdb.connectors.shopify;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A parcel, or another way in which what was ordered reaches the customer. */
final class ShopifyFulfillment {
    static final Resource RESOURCE = Resource.named("shopify_fulfillment_v1", "Shopify Fulfillment")
            .docs("https://shopify.dev/docs/api/admin-rest/2026-07/resources/fulfillment")
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
                    text("location_id").index(),
                    text("name"),
                    text("order_id").index(),
                    text("service"),
                    text("shipment_status").index(),
                    text("status").index(),
                    text("tracking_company"),
                    text("tracking_number").index(),
                    text("tracking_url"),
                    timestamp("updated_at").index())
            .orderedBy("updated_at")
            .webhook(ShopifyTopics.of("fulfillments/create", "fulfillments/update")
                    .webhook(ShopifyTopics.orders("order_id")))
            .backfill(ShopifyList.ofEachOrder("fulfillments"))
            .build();

    private ShopifyFulfillment() {}
}
