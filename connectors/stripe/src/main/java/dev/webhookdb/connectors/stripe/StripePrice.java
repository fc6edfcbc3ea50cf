package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/** What a product costs, once or in every interval. */
final class StripePrice {
    private static final StripeEvents EVENTS =
            StripeEvents.about("price", "price.created", "price.deleted", "price.updated");

    static final Resource RESOURCE = Resource.named("stripe_price_v1", "Stripe Price")
            .docs("https://docs.stripe.com/api/prices")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    bool("active"),
                    bigint("created").index(),
                    text("currency"),
                    text("interval").at("recurring", "interval"),
                    text("nickname"),
                    text("product").via(new Reference()).index(),
                    text("type"),
                    numeric("unit_amount").or("unit_amount_decimal"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/prices").reconciledBy(EVENTS))
            .build();

    private StripePrice() {}
}
