package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Resource;

/** Somebody who pays. */
final class StripeCustomer {
    private static final StripeEvents EVENTS =
            StripeEvents.about("customer", "customer.created", "customer.deleted", "customer.updated");

    static final Resource RESOURCE = Resource.named("stripe_customer_v1", "Stripe Customer")
            .docs("https://docs.stripe.com/api/customers")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("balance").index(),
                    bigint("created").index(),
                    text("email").index(),
                    text("name"),
                    text("phone").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/customers").reconciledBy(EVENTS))
            .build();

    private StripeCustomer() {}
}
