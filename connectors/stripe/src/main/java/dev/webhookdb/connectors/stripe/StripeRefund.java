package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/** Money that went back. In versions of Stripe's API before 2022-11-15 events about a charge carry its refunds. */
final class StripeRefund {
    private static final StripeEvents EVENTS = StripeEvents.about(
                    "refund",
                    "charge.refund.updated",
                    "charge.refunded",
                    "refund.created",
                    "refund.failed",
                    "refund.updated")
            .orIn("charge", "refunds");

    static final Resource RESOURCE = Resource.named("stripe_refund_v1", "Stripe Refund")
            .docs("https://docs.stripe.com/api/refunds")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    text("balance_transaction").via(new Reference()).index(),
                    text("charge").via(new Reference()).index(),
                    bigint("created").index(),
                    text("currency"),
                    text("payment_intent").via(new Reference()).index(),
                    text("reason"),
                    text("receipt_number").index(),
                    text("source_transfer_reversal").via(new Reference()).index(),
                    text("status").index(),
                    text("transfer_reversal").via(new Reference()).index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/refunds").reconciledBy(EVENTS))
            .build();

    private StripeRefund() {}
}
