package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Resource;

/** A customer's means to pay. One that is detached stays, without a customer. */
final class StripePaymentMethod {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "payment_method",
            "payment_method.attached",
            "payment_method.automatically_updated",
            "payment_method.detached",
            "payment_method.updated");

    static final Resource RESOURCE = Resource.named("stripe_payment_method_v1", "Stripe Payment Method")
            .docs("https://docs.stripe.com/api/payment_methods")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    text("billing_email").at("billing_details", "email").index(),
                    text("card_brand").at("card", "brand"),
                    integer("card_exp_month").at("card", "exp_month"),
                    integer("card_exp_year").at("card", "exp_year"),
                    text("card_fingerprint").at("card", "fingerprint").index(),
                    text("card_last4").at("card", "last4"),
                    bigint("created").index(),
                    text("customer").via(new Reference()).index(),
                    text("type").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.forEach(
                    "stripe_customer_v1",
                    id -> StripeList.of("/v1/customers/" + Http.segment(id) + "/payment_methods")))
            .build();

    private StripePaymentMethod() {}
}
