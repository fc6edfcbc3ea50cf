package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Resource;

/** What a customer is asked to pay, over all attempts. */
final class StripePaymentIntent {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "payment_intent",
            "payment_intent.amount_capturable_updated",
            "payment_intent.canceled",
            "payment_intent.created",
            "payment_intent.partially_funded",
            "payment_intent.payment_failed",
            "payment_intent.processing",
            "payment_intent.requires_action",
            "payment_intent.succeeded");

    static final Resource RESOURCE = Resource.named("stripe_payment_intent_v1", "Stripe Payment Intent")
            .docs("https://docs.stripe.com/api/payment_intents")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    numeric("amount_capturable"),
                    numeric("amount_received"),
                    bigint("canceled_at").index(),
                    text("cancellation_reason"),
                    bigint("created").index(),
                    text("currency").index(),
                    text("customer").via(new Reference()).index(),
                    text("description"),
                    text("invoice").via(new Reference()).index(),
                    text("latest_charge")
                            .or("charges", "data", "0")
                            .via(new Reference())
                            .index(),
                    text("payment_method").via(new Reference()).index(),
                    text("receipt_email").index(),
                    text("status").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .gaps(Gap.since(
                    Stripe.BASIL,
                    "Stripe tells which invoice a payment intent pays only in payments of invoices: replicate stripe_invoice_payment_v1, which has both.",
                    "invoice"))
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/payment_intents").reconciledBy(EVENTS))
            .build();

    private StripePaymentIntent() {}
}
