package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;
import java.time.Duration;

/**
 * What pays an invoice, wholly or in part: a payment intent, a charge or a payment record. Since version 2025-03-31 of Stripe's API
 * nothing else tells which invoice a charge or a payment intent is for.
 */
final class StripeInvoicePayment {
    private static final StripeEvents EVENTS = StripeEvents.about("invoice_payment", "invoice_payment.paid");

    /** There is no event for a new or a canceled one; invoices are rarely open for longer. */
    private static final Duration OPEN = Duration.ofDays(31);

    static final Resource RESOURCE = Resource.named("stripe_invoice_payment_v1", "Stripe Invoice Payment")
            .docs("https://docs.stripe.com/api/invoice-payment")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount_paid").index(),
                    numeric("amount_requested").index(),
                    text("charge").at("payment", "charge").via(new Reference()).index(),
                    bigint("created").index(),
                    text("currency"),
                    text("invoice").via(new Reference()).index(),
                    bool("is_default"),
                    text("payment_intent")
                            .at("payment", "payment_intent")
                            .via(new Reference())
                            .index(),
                    text("payment_record")
                            .at("payment", "payment_record")
                            .via(new Reference())
                            .index(),
                    text("payment_type").at("payment", "type"),
                    text("status").index(),
                    bigint("status_transitions_canceled_at").at("status_transitions", "canceled_at"),
                    bigint("status_transitions_paid_at")
                            .at("status_transitions", "paid_at")
                            .index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/invoice_payments").createdWithin(OPEN))
            .build();

    private StripeInvoicePayment() {}
}
