package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.json;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Resource;

/**
 * What a customer owes.
 *
 * <p>Versions of Stripe's API since 2025-03-31 tell the subscription below {@code parent}, the charge only in the list of payments
 * (which events leave out, so that {@code charge} is NULL), and taxes in {@code total_taxes}, which were {@code total_tax_amounts} before:
 * {@code tax} would be their sum and is NULL.
 */
final class StripeInvoice {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "invoice",
            "invoice.created",
            "invoice.deleted",
            "invoice.finalization_failed",
            "invoice.finalized",
            "invoice.marked_uncollectible",
            "invoice.overdue",
            "invoice.overpaid",
            "invoice.paid",
            "invoice.payment_action_required",
            "invoice.payment_failed",
            "invoice.payment_succeeded",
            "invoice.sent",
            "invoice.updated",
            "invoice.voided",
            "invoice.will_be_due");

    static final Resource RESOURCE = Resource.named("stripe_invoice_v1", "Stripe Invoice")
            .docs("https://docs.stripe.com/api/invoices")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount_due").index(),
                    numeric("amount_paid").index(),
                    numeric("amount_remaining").index(),
                    text("charge")
                            .or("payments", "data", "0", "payment", "charge")
                            .via(new Reference())
                            .index(),
                    bigint("created").index(),
                    text("currency"),
                    text("customer").via(new Reference()).index(),
                    json("customer_address"),
                    text("customer_email").index(),
                    text("customer_name"),
                    text("customer_phone"),
                    json("customer_shipping"),
                    bigint("due_date").index(),
                    text("number").index(),
                    bigint("period_end").index(),
                    bigint("period_start").index(),
                    text("statement_descriptor"),
                    text("status").index(),
                    bigint("status_transitions_finalized_at")
                            .at("status_transitions", "finalized_at")
                            .index(),
                    bigint("status_transitions_marked_uncollectible_at")
                            .at("status_transitions", "marked_uncollectible_at")
                            .index(),
                    bigint("status_transitions_marked_paid_at")
                            .at("status_transitions", "paid_at")
                            .index(),
                    bigint("status_transitions_voided_at")
                            .at("status_transitions", "voided_at")
                            .index(),
                    text("subscription")
                            .or("parent", "subscription_details", "subscription")
                            .via(new Reference())
                            .index(),
                    numeric("subtotal").index(),
                    numeric("tax").index(),
                    numeric("total").index(),
                    json("total_taxes").or("total_tax_amounts"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .gaps(
                    Gap.since(
                            Stripe.BASIL,
                            "An invoice can have several payments, and Stripe does not tell them with it: replicate stripe_invoice_payment_v1, which has them.",
                            "charge"),
                    Gap.since(Stripe.BASIL, "It would be the sum of the taxes that total_taxes has.", "tax"))
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/invoices").reconciledBy(EVENTS))
            .build();

    private StripeInvoice() {}
}
