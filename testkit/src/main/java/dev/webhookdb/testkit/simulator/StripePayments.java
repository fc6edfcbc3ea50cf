package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.List;
import java.util.Map;

/** The parts of a charge that tell who paid, how, and what the network said to it. */
final class StripePayments {
    private static final String NOT_SENT = "not_sent_to_network";

    private final Chance chance;

    StripePayments(Chance chance) {
        this.chance = chance;
    }

    Map<String, Object> billing(String email) {
        return object(
                "address",
                StripeCustomers.address(chance),
                "email",
                email,
                "name",
                chance.name(),
                "phone",
                null,
                "tax_id",
                null);
    }

    Map<String, Object> card() {
        String brand = chance.oneOf(List.of("visa", "mastercard", "amex"));
        return object(
                "card",
                object(
                        "amount_authorized", null,
                        "authorization_code", chance.digits(6),
                        "brand", brand,
                        "checks",
                                object(
                                        "address_line1_check", "pass",
                                        "address_postal_code_check", "pass",
                                        "cvc_check", "pass"),
                        "country", "US",
                        "exp_month", chance.between(1, 12),
                        "exp_year", chance.between(2027, 2033),
                        "extended_authorization", object("status", "disabled"),
                        "fingerprint", chance.identifier("", 16),
                        "funding", "credit",
                        "incremental_authorization", object("status", "unavailable"),
                        "installments", null,
                        "last4", chance.digits(4),
                        "mandate", null,
                        "multicapture", object("status", "unavailable"),
                        "network", brand,
                        "network_token", object("used", false),
                        "network_transaction_id", chance.digits(15),
                        "overcapture",
                                object(
                                        "maximum_amount_capturable",
                                        chance.between(50, 250_000),
                                        "status",
                                        "unavailable"),
                        "regulated_status", "unregulated",
                        "three_d_secure", null,
                        "wallet", null),
                "type",
                "card");
    }

    Map<String, Object> debit() {
        return object(
                "type",
                "us_bank_account",
                "us_bank_account",
                object(
                        "account_holder_type",
                        "individual",
                        "account_type",
                        "checking",
                        "bank_name",
                        "STRIPE TEST BANK",
                        "fingerprint",
                        chance.identifier("", 16),
                        "last4",
                        chance.digits(4),
                        "mandate",
                        null,
                        "payment_reference",
                        null,
                        "routing_number",
                        "110000000"));
    }

    Map<String, Object> authorized() {
        return outcome("approved_by_network", null, "Payment complete.", "authorized");
    }

    Map<String, Object> declined(String reason) {
        return outcome(
                reason.equals("generic_decline") ? NOT_SENT : "declined_by_network",
                reason,
                "The bank returned the decline code `" + reason + "`.",
                "issuer_declined");
    }

    private Map<String, Object> outcome(String networkStatus, String reason, String message, String type) {
        return object(
                "advice_code",
                null,
                "network_advice_code",
                null,
                "network_decline_code",
                null,
                "network_status",
                networkStatus,
                "reason",
                reason,
                "risk_level",
                "normal",
                "risk_score",
                chance.between(0, 64),
                "seller_message",
                message,
                "type",
                type);
    }
}
