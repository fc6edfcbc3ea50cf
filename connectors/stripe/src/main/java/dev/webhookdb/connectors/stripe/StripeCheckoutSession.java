package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;
import java.time.Duration;

/** A customer's visit to the checkout. */
final class StripeCheckoutSession {
    private static final StripeEvents EVENTS = StripeEvents.about(
            "checkout.session",
            "checkout.session.async_payment_failed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.completed",
            "checkout.session.expired");

    /**
     * A session expires 24 hours after its creation at the latest, but some means of payment take up to a month to say whether it is paid:
     * https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-payment_status.
     */
    private static final Duration LONGEST_LIFE = Duration.ofDays(31);

    static final Resource RESOURCE = Resource.named("stripe_checkout_session_v1", "Stripe Checkout Session")
            .docs("https://docs.stripe.com/api/checkout/sessions")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount_subtotal"),
                    numeric("amount_total").index(),
                    text("client_reference_id").index(),
                    bigint("created").index(),
                    text("currency"),
                    text("customer").via(new Reference()).index(),
                    text("customer_email").or("customer_details", "email").index(),
                    bigint("expires_at").index(),
                    text("invoice").via(new Reference()).index(),
                    text("mode"),
                    text("payment_intent").via(new Reference()).index(),
                    text("payment_status"),
                    text("setup_intent").via(new Reference()).index(),
                    text("status").index(),
                    text("subscription").via(new Reference()).index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            // there is no event for a new session
            .backfill(StripeList.of("/v1/checkout/sessions").createdWithin(LONGEST_LIFE))
            .build();

    private StripeCheckoutSession() {}
}
