package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** New objects in Increase's shapes, and what becomes of them: https://increase.com/documentation/api. */
final class IncreaseObjects {
    private final Chance chance;

    IncreaseObjects(Chance chance) {
        this.chance = chance;
    }

    String id(String type) {
        return type + "_" + chance.identifier("", 26).toLowerCase(Locale.ROOT);
    }

    Map<String, Object> account(Instant now) {
        return object(
                "id",
                id("account"),
                "account_revenue_rate",
                null,
                "bank",
                "first_internet_bank",
                "closed_at",
                null,
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "entity_id",
                id("entity"),
                "funding",
                "deposits",
                "idempotency_key",
                null,
                "informational_entity_id",
                null,
                "interest_accrued",
                "0.0" + chance.digits(1),
                "interest_accrued_at",
                now.toString().substring(0, 10),
                "interest_rate",
                "0.055",
                "loan",
                null,
                "name",
                chance.name(),
                "program_id",
                "program_i2v2os4mwza1oetokh9i",
                "status",
                "open",
                "type",
                "account");
    }

    Map<String, Object> renamed(Map<String, Object> account) {
        return with(
                account,
                object("name", chance.name(), "interest_accrued", chance.between(1, 900) + "." + chance.digits(2)));
    }

    Map<String, Object> accountNumber(Instant now, String account) {
        return object(
                "id", id("account_number"),
                "account_id", account,
                "account_number", chance.digits(10),
                "created_at", now.toString(),
                "idempotency_key", null,
                "inbound_ach", object("debit_status", "blocked"),
                "inbound_checks", object("status", "check_transfers_only"),
                "name", chance.city(),
                "routing_number", "101050001",
                "status", "active",
                "type", "account_number");
    }

    Map<String, Object> disabled(Map<String, Object> accountNumber) {
        String status = accountNumber.get("status").equals("active") ? "disabled" : "active";
        return with(accountNumber, object("status", status));
    }

    Map<String, Object> achTransfer(Instant now, String account) {
        return object(
                "id",
                id("ach_transfer"),
                "account_id",
                account,
                "account_number",
                chance.digits(9),
                "acknowledgement",
                null,
                "addenda",
                null,
                "amount",
                chance.between(1, 5_000_000),
                "approval",
                null,
                "cancellation",
                null,
                "company_entry_description",
                null,
                "company_name",
                "Acme, Inc.",
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "funding",
                "checking",
                "individual_name",
                chance.name(),
                "network",
                "ach",
                "notifications_of_change",
                List.of(),
                "pending_transaction_id",
                null,
                "return",
                null,
                "routing_number",
                "101050001",
                "settlement",
                null,
                "statement_descriptor",
                "Statement of " + chance.city(),
                "status",
                "pending_approval",
                "submission",
                null,
                "transaction_id",
                null,
                "type",
                "ach_transfer");
    }

    Map<String, Object> wireTransfer(Instant now, String account) {
        return object(
                "id",
                id("wire_transfer"),
                "account_id",
                account,
                "account_number",
                chance.digits(9),
                "amount",
                chance.between(1, 2_000_000_000),
                "approval",
                null,
                "cancellation",
                null,
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "network",
                "wire",
                "pending_transaction_id",
                null,
                "reversal",
                null,
                "routing_number",
                "101050001",
                "status",
                "pending_approval",
                "submission",
                null,
                "transaction_id",
                null,
                "type",
                "wire_transfer");
    }

    Map<String, Object> checkTransfer(Instant now, String account) {
        return object(
                "id",
                id("check_transfer"),
                "account_id",
                account,
                "account_number",
                chance.digits(10),
                "amount",
                chance.between(1, 900_000),
                "approval",
                null,
                "cancellation",
                null,
                "check_number",
                chance.digits(4),
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "deposit",
                null,
                "fulfillment_method",
                "physical_check",
                "mailing",
                null,
                "pending_transaction_id",
                null,
                "physical_check",
                object("memo", "Invoice " + chance.digits(4), "recipient_name", chance.name()),
                "routing_number",
                "101050001",
                "status",
                "pending_approval",
                "stop_payment_request",
                null,
                "submission",
                null,
                "type",
                "check_transfer");
    }

    Map<String, Object> accountTransfer(Instant now, String from, String to) {
        return object(
                "id",
                id("account_transfer"),
                "account_id",
                from,
                "amount",
                chance.between(1, 900_000),
                "approval",
                null,
                "cancellation",
                null,
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "description",
                "Savings of " + chance.city(),
                "destination_account_id",
                to,
                "destination_transaction_id",
                null,
                "idempotency_key",
                null,
                "pending_transaction_id",
                null,
                "status",
                "pending_approval",
                "transaction_id",
                null,
                "type",
                "account_transfer");
    }

    Map<String, Object> transaction(Instant now, Map<String, Object> transfer) {
        return object(
                "id",
                id("transaction"),
                "account_id",
                transfer.get("account_id"),
                "amount",
                -(Integer) transfer.get("amount"),
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "description",
                transfer.get("type") + " " + chance.digits(4),
                "route_id",
                chance.percent(50) ? id("account_number") : null,
                "route_type",
                null,
                "source",
                object("category", transfer.get("type") + "_intention"),
                "type",
                "transaction");
    }

    Map<String, Object> canceled(Map<String, Object> transfer, Instant now) {
        return with(
                transfer,
                object(
                        "status",
                        "canceled",
                        "cancellation",
                        object("canceled_at", now.toString(), "canceled_by", null)));
    }

    Map<String, Object> approved(Map<String, Object> transfer, Instant now) {
        return with(
                transfer,
                object(
                        "status",
                        "pending_submission",
                        "approval",
                        object("approved_at", now.toString(), "approved_by", chance.email())));
    }

    Map<String, Object> submitted(Map<String, Object> transfer, Instant now) {
        return with(transfer, object("status", "submitted", "submission", object("submitted_at", now.toString())));
    }

    Map<String, Object> mailed(Map<String, Object> check, Instant now) {
        return with(
                check, object("status", "mailed", "mailing", object("mailed_at", now.toString(), "image_id", null)));
    }

    Map<String, Object> deposited(Map<String, Object> check, Instant now) {
        return with(check, object("status", "deposited", "deposit", object("deposited_at", now.toString())));
    }

    Map<String, Object> settled(Map<String, Object> transfer, String status, String transaction) {
        return with(transfer, object("status", status, "transaction_id", transaction));
    }
}
