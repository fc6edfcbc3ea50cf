package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.json;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/** What is sold. */
final class StripeProduct {
    private static final StripeEvents EVENTS =
            StripeEvents.about("product", "product.created", "product.deleted", "product.updated");

    static final Resource RESOURCE = Resource.named("stripe_product_v1", "Stripe Product")
            .docs("https://docs.stripe.com/api/products")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    bool("active"),
                    bigint("created").index(),
                    text("default_price").via(new Reference()).index(),
                    text("name"),
                    json("package_dimensions"),
                    text("statement_descriptor"),
                    text("unit_label"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/products").reconciledBy(EVENTS))
            .build();

    private StripeProduct() {}
}
