package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/** A charge that a customer questions with the bank. {@code service_date} is what somebody wrote, in any form. */
final class StripeDispute {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "dispute",
            "charge.dispute.closed",
            "charge.dispute.created",
            "charge.dispute.funds_reinstated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.updated");

    static final Resource RESOURCE = Resource.named("stripe_dispute_v1", "Stripe Dispute")
            .docs("https://docs.stripe.com/api/disputes")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    text("cancellation_policy")
                            .at("evidence", "cancellation_policy")
                            .via(new Reference()),
                    text("charge").via(new Reference()).index(),
                    bigint("created").index(),
                    text("currency"),
                    bigint("due_by").at("evidence_details", "due_by").index(),
                    bool("is_charge_refundable"),
                    text("payment_intent").via(new Reference()).index(),
                    text("reason"),
                    text("receipt").at("evidence", "receipt").via(new Reference()),
                    text("refund_policy").at("evidence", "refund_policy").via(new Reference()),
                    text("service_date").at("evidence", "service_date"),
                    text("status").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/disputes").reconciledBy(EVENTS))
            .build();

    private StripeDispute() {}
}
