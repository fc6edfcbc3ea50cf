package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/**
 * What a customer pays for again and again.
 *
 * <p>Versions of Stripe's API since 2025-03-31 tell the current period of each item: here it is that of the first. Likewise
 * {@code discount} is the first of the discounts.
 */
final class StripeSubscription {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "subscription",
            "customer.subscription.created",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.pending_update_applied",
            "customer.subscription.pending_update_expired",
            "customer.subscription.resumed",
            "customer.subscription.trial_will_end",
            "customer.subscription.updated");

    static final Resource RESOURCE = Resource.named("stripe_subscription_v1", "Stripe Subscription")
            .docs("https://docs.stripe.com/api/subscriptions")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    bigint("billing_cycle_anchor").index(),
                    bigint("cancel_at").index(),
                    bigint("canceled_at").index(),
                    bigint("created").index(),
                    bigint("current_period_end")
                            .or("items", "data", "0", "current_period_end")
                            .index(),
                    bigint("current_period_start")
                            .or("items", "data", "0", "current_period_start")
                            .index(),
                    text("customer").via(new Reference()).index(),
                    text("default_payment_method").via(new Reference()).index(),
                    text("default_source").via(new Reference()).index(),
                    text("discount").or("discounts", "0").via(new Reference()).index(),
                    bigint("ended_at").index(),
                    text("latest_invoice").via(new Reference()).index(),
                    text("schedule").via(new Reference()).index(),
                    bigint("start_date").index(),
                    text("status").index(),
                    bigint("trial_end"),
                    bigint("trial_start"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/subscriptions").where("status", "all").reconciledBy(EVENTS))
            .build();

    private StripeSubscription() {}
}
