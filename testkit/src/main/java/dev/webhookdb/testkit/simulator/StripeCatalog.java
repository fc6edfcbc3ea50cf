package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.List;
import java.util.Map;

/** What an account sells. Field names: https://docs.stripe.com/api/products/object and its neighbours. */
final class StripeCatalog {
    private static final List<String> NAMES = List.of("Basic", "Team", "Enterprise", "Café crème", "Support");

    private final Chance chance;

    StripeCatalog(Chance chance) {
        this.chance = chance;
    }

    Map<String, Object> product(long now) {
        return object(
                "id",
                chance.identifier("prod_", 14),
                "object",
                "product",
                "active",
                true,
                "created",
                now,
                "default_price",
                null,
                "description",
                null,
                "images",
                List.of(),
                "livemode",
                false,
                "marketing_features",
                List.of(),
                "metadata",
                object(),
                "name",
                chance.oneOf(NAMES) + " " + chance.digits(2),
                "package_dimensions",
                chance.percent(20) ? object("height", 2, "length", 3, "weight", 1, "width", 4) : null,
                "shippable",
                null,
                "statement_descriptor",
                null,
                "tax_code",
                null,
                "type",
                "service",
                "unit_label",
                chance.percent(30) ? "seat" : null,
                "updated",
                now,
                "url",
                null);
    }

    Map<String, Object> productChange() {
        return object("name", chance.oneOf(NAMES) + " " + chance.digits(2), "active", chance.percent(90));
    }

    Map<String, Object> price(long now, String product, boolean recurring) {
        int amount = chance.between(100, 50_000);
        Map<String, Object> interval = object(
                "interval",
                chance.oneOf(List.of("month", "year")),
                "interval_count",
                1,
                "meter",
                null,
                "trial_period_days",
                null,
                "usage_type",
                "licensed");
        return object(
                "id",
                chance.identifier("price_1", 23),
                "object",
                "price",
                "active",
                true,
                "billing_scheme",
                "per_unit",
                "created",
                now,
                "currency",
                "usd",
                "custom_unit_amount",
                null,
                "livemode",
                false,
                "lookup_key",
                null,
                "metadata",
                object(),
                "nickname",
                null,
                "product",
                product,
                "recurring",
                recurring ? interval : null,
                "tax_behavior",
                "unspecified",
                "tiers_mode",
                null,
                "transform_quantity",
                null,
                "type",
                recurring ? "recurring" : "one_time",
                "unit_amount",
                amount,
                "unit_amount_decimal",
                Integer.toString(amount));
    }

    Map<String, Object> priceChange() {
        return object("nickname", chance.oneOf(NAMES), "active", chance.percent(90));
    }

    Map<String, Object> coupon(long now) {
        boolean percent = chance.percent(50);
        return object(
                "id",
                chance.identifier("", 8),
                "object",
                "coupon",
                "amount_off",
                percent ? null : chance.between(100, 2_000),
                "created",
                now,
                "currency",
                percent ? null : "usd",
                "duration",
                "once",
                "duration_in_months",
                null,
                "livemode",
                false,
                "max_redemptions",
                null,
                "metadata",
                object(),
                "name",
                chance.oneOf(NAMES),
                "percent_off",
                percent ? chance.between(5, 50) : null,
                "redeem_by",
                null,
                "times_redeemed",
                0,
                "valid",
                true);
    }

    Map<String, Object> couponChange() {
        return object("name", chance.oneOf(NAMES) + " " + chance.digits(2));
    }
}
