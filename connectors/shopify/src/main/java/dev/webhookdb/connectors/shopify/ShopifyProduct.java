package dev.webhookdb.connectors.shopify;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.texts;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Conversion.Split;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.util.Map;

/** What the shop sells. */
final class ShopifyProduct {
    static final Resource RESOURCE = Resource.named("shopify_product_v1", "Shopify Product")
            .docs("https://shopify.dev/docs/api/admin-rest/2026-07/resources/product")
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
                    text("handle").index(),
                    text("product_type").index(),
                    timestamp("published_at").index(),
                    text("status").index(),
                    texts("tags").via(new Split(",")),
                    text("title"),
                    timestamp("updated_at").index(),
                    text("vendor").index())
            .orderedBy("updated_at")
            .deletable()
            .webhook(ShopifyTopics.of("products/create", "products/delete", "products/update")
                    .webhook(ShopifyTopics.none()))
            .fetchedBy(Shopify.byKey("products", "product"))
            .backfill(ShopifyList.of("products", Map.of(), Reach.all()))
            .build();

    private ShopifyProduct() {}
}
