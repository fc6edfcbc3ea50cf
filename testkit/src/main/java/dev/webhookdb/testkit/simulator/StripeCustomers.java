package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The customer object and its changes. Field names and order: https://docs.stripe.com/api/customers/object, API version
 * {@value StripeSimulator#API_VERSION}.
 */
final class StripeCustomers {
    private final Chance chance;

    StripeCustomers(Chance chance) {
        this.chance = chance;
    }

    Map<String, Object> customer(long now) {
        String id = chance.identifier("cus_", 14);
        return object(
                "id",
                id,
                "object",
                "customer",
                "address",
                chance.percent(50) ? address(chance) : null,
                "balance",
                0,
                "created",
                now,
                "currency",
                null,
                "default_source",
                null,
                "delinquent",
                false,
                "description",
                null,
                "discount",
                null,
                "email",
                chance.percent(90) ? chance.email() : null,
                "invoice_prefix",
                chance.identifier("", 8).toUpperCase(Locale.ROOT),
                "invoice_settings",
                object(
                        "custom_fields", null,
                        "default_payment_method", null,
                        "footer", null,
                        "rendering_options", null),
                "livemode",
                false,
                "metadata",
                object(),
                "name",
                chance.name(),
                "next_invoice_sequence",
                1,
                "phone",
                chance.percent(40) ? phone() : null,
                "preferred_locales",
                List.of("en", "de"),
                "shipping",
                null,
                "tax_exempt",
                "none",
                "test_clock",
                null);
    }

    Map<String, Object> edited(Map<String, Object> customer) {
        return with(
                customer,
                switch (chance.below(4)) {
                    case 0 -> object("email", chance.email());
                    case 1 -> object("balance", chance.between(-50_000, 50_000), "currency", "usd");
                    case 2 -> object("name", chance.name(), "phone", phone());
                    default -> object("metadata", object("plan", chance.oneOf(List.of("free", "pro", "team"))));
                });
    }

    /** An address as Stripe writes it, of a customer or a card's holder. */
    static Map<String, Object> address(Chance chance) {
        return object(
                "city",
                chance.city(),
                "country",
                "US",
                "line1",
                chance.digits(3) + " Main Street",
                "line2",
                null,
                "postal_code",
                chance.digits(5),
                "state",
                null);
    }

    private String phone() {
        return "+1555" + chance.digits(7);
    }
}
