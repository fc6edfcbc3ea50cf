package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.Map;

/** Which payment intent pays which invoice. Field names: https://docs.stripe.com/api/invoice-payment/object. */
final class StripeInvoicePayments {
    private StripeInvoicePayments() {}

    /** What is not paid yet: no event tells of it. */
    static Map<String, Object> open(long now, StripeObject invoice, StripeObject intent) {
        return object(
                "id",
                intent.id().replaceFirst("^pi_3", "inpay_1"),
                "object",
                "invoice_payment",
                "amount_paid",
                null,
                "amount_requested",
                invoice.members().get("amount_due"),
                "created",
                now,
                "currency",
                "usd",
                "invoice",
                invoice.id(),
                "is_default",
                true,
                "livemode",
                false,
                "payment",
                object("payment_intent", intent.id(), "type", "payment_intent"),
                "status",
                "open",
                "status_transitions",
                object("canceled_at", null, "paid_at", null));
    }

    static Map<String, Object> paid(long now, StripeObject open) {
        return object(
                "amount_paid",
                open.members().get("amount_requested"),
                "status",
                "paid",
                "status_transitions",
                object("canceled_at", null, "paid_at", now));
    }
}
