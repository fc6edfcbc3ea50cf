package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.List;
import java.util.Map;

/** How money comes, goes back, and goes out. Field names: https://docs.stripe.com/api/payment_intents/object and its neighbours. */
final class StripeMoney {
    private static final long DAY = 86_400;

    private final Chance chance;

    StripeMoney(Chance chance) {
        this.chance = chance;
    }

    Map<String, Object> intent(long now, String customer, StripeObject invoice) {
        return object(
                "id",
                chance.identifier("pi_3", 23),
                "object",
                "payment_intent",
                "amount",
                invoice.members().get("amount_due"),
                "amount_capturable",
                0,
                "amount_received",
                0,
                "canceled_at",
                null,
                "cancellation_reason",
                null,
                "capture_method",
                "automatic",
                "confirmation_method",
                "automatic",
                "created",
                now,
                "currency",
                "usd",
                "customer",
                customer,
                "description",
                "Subscription creation",
                "last_payment_error",
                null,
                "latest_charge",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "next_action",
                null,
                "payment_method",
                null,
                "payment_method_types",
                List.of("card"),
                "receipt_email",
                null,
                "status",
                "requires_confirmation");
    }

    Map<String, Object> attempted(StripeObject intent, boolean paid) {
        return paid
                ? object(
                        "amount_received", intent.members().get("amount"),
                        "latest_charge", chance.identifier("ch_3", 23),
                        "payment_method", chance.identifier("pm_1", 23),
                        "status", "succeeded")
                : object("status", "requires_payment_method");
    }

    Map<String, Object> method(long now, String customer) {
        return object(
                "id",
                chance.identifier("pm_1", 23),
                "object",
                "payment_method",
                "allow_redisplay",
                "unspecified",
                "billing_details",
                object(
                        "address", StripeCustomers.address(chance),
                        "email", chance.email(),
                        "name", chance.name(),
                        "phone", null,
                        "tax_id", null),
                "card",
                object(
                        "brand", chance.oneOf(List.of("visa", "mastercard")),
                        "country", "US",
                        "exp_month", chance.between(1, 12),
                        "exp_year", chance.between(2027, 2033),
                        "fingerprint", chance.identifier("", 16),
                        "funding", "credit",
                        "last4", chance.digits(4)),
                "created",
                now,
                "customer",
                customer,
                "livemode",
                false,
                "metadata",
                object(),
                "type",
                "card");
    }

    Map<String, Object> session(long now, String customer) {
        int amount = chance.between(100, 90_000);
        return object(
                "id",
                chance.identifier("cs_test_a1", 48),
                "object",
                "checkout.session",
                "amount_subtotal",
                amount,
                "amount_total",
                amount,
                "client_reference_id",
                chance.digits(6),
                "created",
                now,
                "currency",
                "usd",
                "customer",
                customer,
                "customer_details",
                object("email", chance.email(), "name", chance.name(), "phone", null),
                "customer_email",
                null,
                "expires_at",
                now + DAY,
                "invoice",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "mode",
                "payment",
                "payment_intent",
                null,
                "payment_status",
                "unpaid",
                "setup_intent",
                null,
                "status",
                "open",
                "subscription",
                null,
                "url",
                null);
    }

    Map<String, Object> refund(long now, StripeObject charge) {
        return object(
                "id", chance.identifier("re_3", 23),
                "object", "refund",
                "amount", charge.members().get("amount"),
                "balance_transaction", chance.identifier("txn_3", 23),
                "charge", charge.id(),
                "created", now,
                "currency", charge.members().get("currency"),
                "metadata", object(),
                "payment_intent", charge.members().get("payment_intent"),
                "reason", chance.oneOf(List.of("duplicate", "fraudulent", "requested_by_customer")),
                "receipt_number", null,
                "source_transfer_reversal", null,
                "status", "pending",
                "transfer_reversal", null);
    }

    Map<String, Object> dispute(long now, StripeObject charge) {
        return object(
                "id", chance.identifier("du_1", 23),
                "object", "dispute",
                "amount", charge.members().get("amount"),
                "balance_transactions", List.of(),
                "charge", charge.id(),
                "created", now,
                "currency", charge.members().get("currency"),
                "evidence",
                        object(
                                "cancellation_policy", null,
                                "receipt", null,
                                "refund_policy", null,
                                "service_date", chance.percent(50) ? "some day in spring" : null),
                "evidence_details",
                        object(
                                "due_by",
                                now + 7 * DAY,
                                "has_evidence",
                                false,
                                "past_due",
                                false,
                                "submission_count",
                                0),
                "is_charge_refundable", false,
                "livemode", false,
                "metadata", object(),
                "payment_intent", charge.members().get("payment_intent"),
                "reason", "fraudulent",
                "status", "needs_response");
    }

    Map<String, Object> payout(long now) {
        return object(
                "id",
                chance.identifier("po_1", 23),
                "object",
                "payout",
                "amount",
                chance.between(1_000, 2_000_000),
                "arrival_date",
                now + 2 * DAY,
                "automatic",
                true,
                "balance_transaction",
                chance.identifier("txn_1", 23),
                "created",
                now,
                "currency",
                "usd",
                "description",
                "STRIPE PAYOUT",
                "destination",
                chance.identifier("ba_1", 23),
                "failure_balance_transaction",
                null,
                "failure_code",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "method",
                "standard",
                "original_payout",
                null,
                "reversed_by",
                null,
                "source_type",
                "card",
                "statement_descriptor",
                null,
                "status",
                "in_transit",
                "type",
                "bank_account");
    }

    Map<String, Object> movement(long now, StripeObject source, String type) {
        int amount = -((Number) source.members().get("amount")).intValue();
        return object(
                "id",
                chance.identifier("txn_3", 23),
                "object",
                "balance_transaction",
                "amount",
                amount,
                "available_on",
                now + 2 * DAY,
                "balance_type",
                "payments",
                "created",
                now,
                "currency",
                source.members().get("currency"),
                "description",
                null,
                "exchange_rate",
                null,
                "fee",
                0,
                "fee_details",
                List.of(),
                "net",
                amount,
                "reporting_category",
                type,
                "source",
                source.id(),
                "status",
                "pending",
                "type",
                type);
    }
}
