package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/** Money sent to the account's bank. */
final class StripePayout {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "payout",
            "payout.canceled",
            "payout.created",
            "payout.failed",
            "payout.paid",
            "payout.reconciliation_completed",
            "payout.updated");

    static final Resource RESOURCE = Resource.named("stripe_payout_v1", "Stripe Payout")
            .docs("https://docs.stripe.com/api/payouts")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    bigint("arrival_date").index(),
                    text("balance_transaction").via(new Reference()).index(),
                    bigint("created").index(),
                    text("currency"),
                    text("destination").via(new Reference()).index(),
                    text("failure_balance_transaction").via(new Reference()).index(),
                    text("original_payout").via(new Reference()).index(),
                    text("reversed_by").via(new Reference()).index(),
                    text("statement_descriptor"),
                    text("status").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/payouts").reconciledBy(EVENTS))
            .build();

    private StripePayout() {}
}
