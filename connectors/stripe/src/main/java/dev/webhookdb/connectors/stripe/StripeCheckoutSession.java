package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.integer;
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

    /** A session expires 24 hours after its creation at the latest: https://docs.stripe.com/api/checkout/sessions/create. */
    private static final Duration LONGEST_LIFE = Duration.ofHours(25);

    static final Resource RESOURCE = Resource.named("stripe_checkout_session_v1", "Stripe Checkout Session")
            .docs("https://docs.stripe.com/api/checkout/sessions")
            .settings(Stripe.WEBHOOK_SECRET, Stripe.RESTRICTED_KEY, Stripe.API_URL)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount_subtotal"),
                    numeric("amount_total").index(),
                    text("client_reference_id").index(),
                    integer("created").index(),
                    text("currency"),
                    text("customer").via(new Reference()).index(),
                    text("customer_email").or("customer_details", "email").index(),
                    integer("expires_at").index(),
                    text("invoice").via(new Reference()).index(),
                    text("mode"),
                    text("payment_intent").via(new Reference()).index(),
                    text("payment_status"),
                    text("setup_intent").via(new Reference()).index(),
                    text("status").index(),
                    text("subscription").via(new Reference()).index(),
                    integer("updated").asOf().index())
            .orderedBy("updated")
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            // there is no event for a new session; a session ends within a day
            .backfill(StripeList.of("/v1/checkout/sessions").createdWithin(LONGEST_LIFE))
            .build();

    private StripeCheckoutSession() {}
}
