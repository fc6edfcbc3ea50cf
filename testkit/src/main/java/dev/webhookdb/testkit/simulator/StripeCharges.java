package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.util.List;
import java.util.Map;

/**
 * The charge object and the changes of its life. Field names and order: https://docs.stripe.com/api/charges/object,
 * API version {@value StripeSimulator#API_VERSION}.
 */
final class StripeCharges {
    private final Chance chance;
    private final StripePayments payments;

    StripeCharges(Chance chance) {
        this.chance = chance;
        this.payments = new StripePayments(chance);
    }

    /** A card payment that is authorized, and captured or not. */
    Map<String, Object> card(long now, String customer, String email, boolean captured) {
        Map<String, Object> charge = charge(now, customer, email, "succeeded", payments.card());
        Map<String, Object> authorized = with(charge, object("paid", true, "outcome", payments.authorized()));
        return captured ? captured(authorized) : authorized;
    }

    /** A card payment that the bank declined. */
    Map<String, Object> declined(long now, String customer, String email) {
        return with(
                charge(now, customer, email, "failed", payments.card()),
                object(
                        "outcome", payments.declined("insufficient_funds"),
                        "failure_code", "card_declined",
                        "failure_message", "Your card has insufficient funds."));
    }

    /** A bank debit, which takes days to succeed or fail. */
    Map<String, Object> debit(long now, String customer, String email) {
        return with(
                charge(now, customer, email, "pending", payments.debit()),
                object("captured", true, "outcome", payments.authorized()));
    }

    Map<String, Object> settled(Map<String, Object> charge) {
        return with(
                charge,
                object("status", "succeeded", "paid", true, "balance_transaction", chance.identifier("txn_3", 23)));
    }

    Map<String, Object> returned(Map<String, Object> charge) {
        return with(
                charge,
                object(
                        "status",
                        "failed",
                        "paid",
                        false,
                        "outcome",
                        payments.declined("generic_decline"),
                        "failure_code",
                        "account_closed",
                        "failure_message",
                        "The customer's bank account has been closed.",
                        "failure_balance_transaction",
                        chance.identifier("txn_3", 23)));
    }

    Map<String, Object> captured(Map<String, Object> charge) {
        return with(
                charge,
                object(
                        "captured", true,
                        "amount_captured", charge.get("amount"),
                        "balance_transaction", chance.identifier("txn_3", 23)));
    }

    Map<String, Object> refunded(Map<String, Object> charge) {
        int amount = (Integer) charge.get("amount");
        int before = (Integer) charge.get("amount_refunded");
        int after = chance.percent(60) ? amount : before + Math.max(1, (amount - before) / 2);
        return with(charge, object("amount_refunded", after, "refunded", after == amount));
    }

    Map<String, Object> edited(Map<String, Object> charge) {
        return with(
                charge,
                object(
                        "description", "Order " + chance.digits(6),
                        "metadata",
                                object(
                                        "order_id", chance.digits(8),
                                        "note", "ship \"soon\" – naïve ✓ 日本",
                                        "channel", chance.oneOf(List.of("web", "app", "phone"))),
                        "receipt_email", chance.email()));
    }

    private Map<String, Object> charge(
            long now, String customer, String email, String status, Map<String, Object> paymentDetails) {
        String id = chance.identifier("ch_3", 23);
        int amount = chance.between(50, 250_000);
        boolean withoutInvoice = chance.percent(70);
        return object(
                "id",
                id,
                "object",
                "charge",
                "amount",
                amount,
                "amount_captured",
                0,
                "amount_refunded",
                0,
                "application",
                null,
                "application_fee",
                null,
                "application_fee_amount",
                null,
                "balance_transaction",
                null,
                "billing_details",
                payments.billing(email),
                "calculated_statement_descriptor",
                "WEBHOOKDB DEMO",
                "captured",
                false,
                "created",
                now,
                "currency",
                chance.oneOf(List.of("usd", "usd", "eur", "jpy")),
                "customer",
                customer,
                "description",
                null,
                "destination",
                null,
                "dispute",
                null,
                "disputed",
                false,
                "failure_balance_transaction",
                null,
                "failure_code",
                null,
                "failure_message",
                null,
                "fraud_details",
                object(),
                "invoice",
                withoutInvoice ? null : chance.identifier("in_1", 23),
                "livemode",
                false,
                "metadata",
                object(),
                "on_behalf_of",
                null,
                "order",
                null,
                "outcome",
                null,
                "paid",
                false,
                "payment_intent",
                chance.identifier("pi_3", 23),
                "payment_method",
                chance.identifier("pm_1", 23),
                "payment_method_details",
                paymentDetails,
                "presentment_details",
                null,
                "radar_options",
                object(),
                "receipt_email",
                chance.percent(50) ? email : null,
                "receipt_number",
                null,
                "receipt_url",
                "https://pay.stripe.com/receipts/payment/" + chance.identifier("", 60),
                "refunded",
                false,
                "review",
                null,
                "shipping",
                null,
                "source",
                null,
                "source_transfer",
                null,
                "statement_descriptor",
                null,
                "statement_descriptor_suffix",
                null,
                "status",
                status,
                "transfer_data",
                null,
                "transfer_group",
                null);
    }
}
