package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.bool;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Resource;

/** A discount that customers can be given. */
final class StripeCoupon {
    private static final StripeEvents EVENTS =
            StripeEvents.about("coupon", "coupon.created", "coupon.deleted", "coupon.updated");

    static final Resource RESOURCE = Resource.named("stripe_coupon_v1", "Stripe Coupon")
            .docs("https://docs.stripe.com/api/coupons")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount_off"),
                    bigint("created").index(),
                    text("currency"),
                    text("duration"),
                    numeric("max_redemptions"),
                    text("name"),
                    numeric("percent_off"),
                    bigint("redeem_by"),
                    numeric("times_redeemed"),
                    bool("valid"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/coupons").reconciledBy(EVENTS))
            .build();

    private StripeCoupon() {}
}
