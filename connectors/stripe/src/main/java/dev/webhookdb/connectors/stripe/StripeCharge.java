package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Resource;

/** An attempt to move money into an account. */
final class StripeCharge {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "charge",
            "charge.captured",
            "charge.expired",
            "charge.failed",
            "charge.pending",
            "charge.refunded",
            "charge.succeeded",
            "charge.updated");

    static final Resource RESOURCE = Resource.named("stripe_charge_v1", "Stripe Charge")
            .docs("https://docs.stripe.com/api/charges")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    text("balance_transaction").via(new Reference()).index(),
                    text("billing_email").at("billing_details", "email").index(),
                    integer("created").index(),
                    text("customer_id").at("customer").via(new Reference()).index(),
                    text("invoice_id").at("invoice").via(new Reference()).index(),
                    text("payment_type").at("payment_method_details", "type").index(),
                    text("receipt_email").index(),
                    text("status").index(),
                    integer("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .gaps(Gap.since(
                    Stripe.BASIL,
                    "Stripe tells which invoice a charge pays only in payments of invoices: replicate stripe_invoice_payment_v1, which has the invoice and the payment intent.",
                    "invoice_id"))
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/charges").reconciledBy(EVENTS))
            .build();

    private StripeCharge() {}
}
