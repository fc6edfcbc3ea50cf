package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A shop's resources. Field names: https://shopify.dev/docs/api/admin-rest. */
final class ShopifyObjects {
    private static final List<String> THINGS = List.of("Teapot", "Lamp", "Bicycle bell", "Notebook", "Gießkanne");

    private final Chance chance;

    ShopifyObjects(Chance chance) {
        this.chance = chance;
    }

    String uuid() {
        return "%s-%s-4%s-8%s-%s".formatted(hex(8), hex(4), hex(3), hex(3), hex(12));
    }

    Map<String, Object> product(long id, Instant now) {
        String title = chance.oneOf(THINGS) + " " + chance.digits(3);
        return object(
                "id",
                id,
                "title",
                title,
                "body_html",
                "<p>" + title + "</p>",
                "vendor",
                chance.oneOf(List.of("Acme", "Globex")),
                "product_type",
                "Household",
                "created_at",
                now.toString(),
                "handle",
                title.toLowerCase(Locale.ROOT).replace(' ', '-'),
                "updated_at",
                now.toString(),
                "published_at",
                now.toString(),
                "template_suffix",
                null,
                "published_scope",
                "web",
                "tags",
                "new, " + chance.oneOf(List.of("sale", "gift")),
                "status",
                "active",
                "admin_graphql_api_id",
                "gid://shopify/Product/" + id,
                "variants",
                List.of(object(
                        "id", id + 1_000_000_000L, "product_id", id, "price", price(), "sku", chance.digits(6))));
    }

    Map<String, Object> productChange() {
        return chance.percent(50)
                ? object("status", chance.oneOf(List.of("active", "archived", "draft")))
                : object("title", chance.oneOf(THINGS) + " " + chance.digits(3));
    }

    Map<String, Object> customer(long id, Instant now) {
        return object(
                "id",
                id,
                "created_at",
                now.toString(),
                "updated_at",
                now.toString(),
                "orders_count",
                0,
                "state",
                "disabled",
                "total_spent",
                "0.00",
                "last_order_id",
                null,
                "note",
                null,
                "verified_email",
                true,
                "multipass_identifier",
                null,
                "tax_exempt",
                false,
                "tags",
                "",
                "last_order_name",
                null,
                "currency",
                "USD",
                "addresses",
                List.of(),
                "admin_graphql_api_id",
                "gid://shopify/Customer/" + id,
                "first_name",
                chance.name().replaceAll(" .*", ""),
                "last_name",
                chance.name().replaceAll(".* ", ""),
                "email",
                chance.percent(90) ? chance.email() : null,
                "phone",
                chance.percent(40) ? "+1555" + chance.digits(7) : null);
    }

    Map<String, Object> customerChange() {
        return switch (chance.below(3)) {
            case 0 -> object("email", chance.email());
            case 1 -> object("state", chance.oneOf(List.of("enabled", "invited", "disabled")));
            default -> object("last_name", "O'Neil", "tags", "vip");
        };
    }

    Map<String, Object> order(long id, Instant now, Map<String, Object> customer, Map<String, Object> product) {
        int number = 1000 + (int) (id % 900_000);
        String price = price();
        return object(
                "id",
                id,
                "admin_graphql_api_id",
                "gid://shopify/Order/" + id,
                "app_id",
                580_111,
                "cancel_reason",
                null,
                "cancelled_at",
                null,
                "cart_token",
                chance.percent(60) ? chance.identifier("", 32) : null,
                "checkout_token",
                chance.identifier("", 32),
                "closed_at",
                null,
                "confirmed",
                true,
                "created_at",
                now.toString(),
                "currency",
                "USD",
                "current_total_price",
                price,
                "email",
                customer.get("email"),
                "financial_status",
                "pending",
                "fulfillment_status",
                null,
                "name",
                "#" + number,
                "note",
                null,
                "number",
                number - 1000,
                "order_number",
                number,
                "phone",
                customer.get("phone"),
                "processed_at",
                now.toString(),
                "subtotal_price",
                price,
                "tags",
                "",
                "token",
                chance.identifier("", 32),
                "total_price",
                price,
                "total_tax",
                "0.00",
                "updated_at",
                now.toString(),
                "user_id",
                null,
                "customer",
                object("id", customer.get("id"), "email", customer.get("email")),
                "fulfillments",
                List.of(),
                "line_items",
                List.of(object(
                        "id",
                        id + 2_000_000_000L,
                        "product_id",
                        product.get("id"),
                        "title",
                        product.get("title"),
                        "quantity",
                        chance.between(1, 3),
                        "price",
                        price)));
    }

    Map<String, Object> fulfillment(long id, Instant now, long order) {
        String number = chance.digits(12);
        return object(
                "id",
                id,
                "order_id",
                order,
                "status",
                "success",
                "created_at",
                now.toString(),
                "service",
                "manual",
                "updated_at",
                now.toString(),
                "tracking_company",
                "UPS",
                "shipment_status",
                null,
                "location_id",
                655_441_491,
                "tracking_number",
                number,
                "tracking_numbers",
                List.of(number),
                "tracking_url",
                "https://www.ups.com/track?tracknum=" + number,
                "name",
                "#" + order + ".1",
                "admin_graphql_api_id",
                "gid://shopify/Fulfillment/" + id);
    }

    private String price() {
        return chance.between(1, 400) + "." + chance.digits(2);
    }

    private String hex(int length) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            digits.append(Character.forDigit(chance.below(16), 16));
        }
        return digits.toString();
    }
}
