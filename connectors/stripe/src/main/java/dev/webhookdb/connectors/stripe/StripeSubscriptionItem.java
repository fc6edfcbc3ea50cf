package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Resource;

/**
 * One of the prices of a subscription. It has no events of its own: those about the subscription carry its items, and tell which are
 * gone.
 */
final class StripeSubscriptionItem {
    private static final StripeEvents EVENTS = StripeEvents.about(
                    "subscription_item",
                    "customer.subscription.created",
                    "customer.subscription.deleted",
                    "customer.subscription.paused",
                    "customer.subscription.pending_update_applied",
                    "customer.subscription.pending_update_expired",
                    "customer.subscription.resumed",
                    "customer.subscription.trial_will_end",
                    "customer.subscription.updated")
            .orIn("subscription", "items");

    static final Resource RESOURCE = Resource.named("stripe_subscription_item_v1", "Stripe Subscription Item")
            .docs("https://docs.stripe.com/api/subscription_items")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    bigint("created").index(),
                    bigint("current_period_end").index(),
                    bigint("current_period_start").index(),
                    text("price").or("plan").via(new Reference()).index(),
                    text("product")
                            .at("price", "product")
                            .or("plan", "product")
                            .via(new Reference())
                            .index(),
                    numeric("quantity"),
                    text("subscription").via(new Reference()).index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .gaps(Gap.before(
                    Stripe.BASIL,
                    "The period was that of the whole subscription: stripe_subscription_v1 has it. Or make an endpoint with a newer version in the Stripe Dashboard, below Developers > Webhooks, and enter its signing secret.",
                    "current_period_end",
                    "current_period_start"))
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.forEach(
                    "stripe_subscription_v1",
                    id -> StripeList.of("/v1/subscription_items").where("subscription", id)))
            .build();

    private StripeSubscriptionItem() {}
}
