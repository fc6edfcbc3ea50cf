package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Subscriptions and what they cost. Field names: https://docs.stripe.com/api/subscriptions/object and its neighbours. */
final class StripeBilling {
    private static final long MONTH = 30L * 86_400;

    private final Chance chance;

    StripeBilling(Chance chance) {
        this.chance = chance;
    }

    /** The items that a subscription carries. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> items(Map<String, Object> subscription) {
        Map<String, Object> list = (Map<String, Object>) subscription.get("items");
        return (List<Map<String, Object>>) list.get("data");
    }

    Map<String, Object> subscription(long now, String customer, Map<String, Object> price) {
        String id = chance.identifier("sub_1", 23);
        return object(
                "id",
                id,
                "object",
                "subscription",
                "application",
                null,
                "automatic_tax",
                object("disabled_reason", null, "enabled", false, "liability", null),
                "billing_cycle_anchor",
                now,
                "cancel_at",
                null,
                "cancel_at_period_end",
                false,
                "canceled_at",
                null,
                "collection_method",
                "charge_automatically",
                "created",
                now,
                "currency",
                "usd",
                "customer",
                customer,
                "default_payment_method",
                null,
                "default_source",
                null,
                "discounts",
                chance.percent(20) ? List.of(chance.identifier("di_1", 23)) : List.of(),
                "ended_at",
                null,
                "items",
                list(id, List.of(item(now, id, price))),
                "latest_invoice",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "schedule",
                null,
                "start_date",
                now,
                "status",
                "active",
                "trial_end",
                null,
                "trial_start",
                null);
    }

    /** The subscription with one item more, one item less, or another number of what it has. */
    Map<String, Object> otherItems(StripeObject subscription, long now, Map<String, Object> price) {
        List<Map<String, Object>> items = new ArrayList<>(items(subscription.members()));
        if (items.size() > 1 && chance.percent(50)) {
            items.removeLast();
        } else if (items.size() < 3 && chance.percent(50)) {
            items.add(item(now, subscription.id(), price));
        } else {
            items.set(0, JsonText.with(items.getFirst(), object("quantity", chance.between(2, 90))));
        }
        return object("items", list(subscription.id(), items));
    }

    private static Map<String, Object> list(String subscription, List<Map<String, Object>> items) {
        return object(
                "object",
                "list",
                "data",
                items,
                "has_more",
                false,
                "total_count",
                items.size(),
                "url",
                "/v1/subscription_items?subscription=" + subscription);
    }

    private Map<String, Object> item(long now, String subscription, Map<String, Object> price) {
        return object(
                "id",
                chance.identifier("si_", 14),
                "object",
                "subscription_item",
                "billing_thresholds",
                null,
                "created",
                now,
                "current_period_end",
                now + MONTH,
                "current_period_start",
                now,
                "discounts",
                List.of(),
                "metadata",
                object(),
                "price",
                price,
                "quantity",
                1,
                "subscription",
                subscription,
                "tax_rates",
                List.of());
    }

    Map<String, Object> invoice(long now, StripeObject subscription) {
        int amount = chance.between(100, 90_000);
        return object(
                "id",
                chance.identifier("in_1", 23),
                "object",
                "invoice",
                "amount_due",
                amount,
                "amount_paid",
                0,
                "amount_remaining",
                amount,
                "attempt_count",
                0,
                "attempted",
                false,
                "billing_reason",
                "subscription_create",
                "collection_method",
                "charge_automatically",
                "created",
                now,
                "currency",
                "usd",
                "customer",
                subscription.members().get("customer"),
                "customer_address",
                chance.percent(50) ? StripeCustomers.address(chance) : null,
                "customer_email",
                chance.email(),
                "customer_name",
                chance.name(),
                "customer_phone",
                null,
                "customer_shipping",
                null,
                "due_date",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "number",
                null,
                "parent",
                object(
                        "quote_details",
                        null,
                        "subscription_details",
                        object("metadata", object(), "subscription", subscription.id()),
                        "type",
                        "subscription_details"),
                "period_end",
                now,
                "period_start",
                now,
                "statement_descriptor",
                null,
                "status",
                "draft",
                "status_transitions",
                object(
                        "finalized_at", null,
                        "marked_uncollectible_at", null,
                        "paid_at", null,
                        "voided_at", null),
                "subtotal",
                amount,
                "total",
                amount,
                "total_taxes",
                List.of());
    }

    Map<String, Object> finalized(long now) {
        return object(
                "number",
                chance.identifier("", 8) + "-0001",
                "status",
                "open",
                "status_transitions",
                object(
                        "finalized_at", now,
                        "marked_uncollectible_at", null,
                        "paid_at", null,
                        "voided_at", null));
    }

    Map<String, Object> paid(long now, StripeObject invoice) {
        return object(
                "amount_paid",
                invoice.members().get("amount_due"),
                "amount_remaining",
                0,
                "attempt_count",
                1,
                "attempted",
                true,
                "status",
                "paid",
                "status_transitions",
                object("finalized_at", now, "marked_uncollectible_at", null, "paid_at", now, "voided_at", null));
    }

    Map<String, Object> invoiceItem(long now, String customer, StripeObject price) {
        int quantity = chance.between(1, 5);
        int unit = (Integer) price.members().get("unit_amount");
        return object(
                "id",
                chance.identifier("ii_1", 23),
                "object",
                "invoiceitem",
                "amount",
                quantity * unit,
                "currency",
                "usd",
                "customer",
                customer,
                "date",
                now,
                "description",
                "Hours",
                "discountable",
                true,
                "discounts",
                List.of(),
                "invoice",
                null,
                "livemode",
                false,
                "metadata",
                object(),
                "parent",
                null,
                "period",
                object("end", now, "start", now),
                "pricing",
                object(
                        "price_details",
                                object(
                                        "price", price.id(),
                                        "product", price.members().get("product")),
                        "type", "price_details",
                        "unit_amount_decimal", Integer.toString(unit)),
                "proration",
                false,
                "quantity",
                quantity,
                "tax_rates",
                List.of(),
                "test_clock",
                null);
    }
}
