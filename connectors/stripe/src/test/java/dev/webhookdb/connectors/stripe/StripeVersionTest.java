package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.StripeCollection;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns find their values in what Stripe sends at the version that is asked for, and at those before it. */
class StripeVersionTest {
    /** What the version that is asked for does not have any more, by service and column; the services' comments say what has it. */
    private static final Set<String> GONE =
            Set.of("stripe_charge_v1.invoice_id", "stripe_invoice_v1.tax", "stripe_payment_intent_v1.invoice");

    @Test
    void theVersionIsThatOfStripesOwnLibrary() {
        assertThat(Stripe.VERSION).isEqualTo(com.stripe.Stripe.API_VERSION);
    }

    /** Stripe's own library knows every field of the version. */
    @ParameterizedTest
    @MethodSource("resources")
    void everyColumnHasAPlaceInTheVersion(Resource resource) throws Exception {
        Class<?> model = model(resource);

        List<String> missing = resource.columns().stream()
                .filter(column -> !column.fromAsOf())
                .filter(column -> places(column).noneMatch(place -> has(model, place)))
                .map(column -> resource.name() + "." + column.name())
                .toList();

        assertThat(missing).isEqualTo(missing.stream().filter(GONE::contains).toList());
        assertThat(missing)
                .containsAll(GONE.stream()
                        .filter(gone -> gone.startsWith(resource.name() + "."))
                        .toList());
    }

    /** What the version that is asked for does not have, is told to who gets webhooks at it. */
    @ParameterizedTest
    @MethodSource("resources")
    void whatTheVersionLacksIsDeclared(Resource resource) {
        assertThat(resource.gaps().stream()
                        .filter(gap -> gap.isAt(Stripe.VERSION))
                        .flatMap(gap -> gap.columns().stream())
                        .map(column -> resource.name() + "." + column)
                        .filter(column -> !column.equals("stripe_invoice_v1.charge")))
                .containsExactlyInAnyOrderElementsOf(GONE.stream()
                        .filter(gone -> gone.startsWith(resource.name() + "."))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # before 2022-11-15 a payment intent had its charges
            stripe_payment_intent_v1   | latest_charge        | {"charges":{"data":[{"id":"x"}]}}
            stripe_payment_intent_v1   | latest_charge        | {"latest_charge":"x"}
            # before 2025-03-31 the period was that of the subscription
            stripe_subscription_v1     | current_period_start | {"current_period_start":"x"}
            stripe_subscription_v1     | current_period_end   | {"items":{"data":[{"current_period_end":"x"}]}}
            # before 2025-03-31 there was one discount, with its coupon in it
            stripe_subscription_v1     | discount             | {"discount":{"id":"x"}}
            stripe_subscription_v1     | discount             | {"discounts":["x"]}
            stripe_subscription_v1     | discount             | {"discounts":[{"id":"x","source":{"coupon":"y"}}]}
            # before 2025-03-31 an invoice had one charge and one subscription
            stripe_invoice_v1          | charge               | {"charge":"x"}
            stripe_invoice_v1          | charge               | {"payments":{"data":[{"payment":{"charge":"x"}}]}}
            stripe_invoice_v1          | subscription         | {"subscription":"x"}
            stripe_invoice_v1          | subscription         | {"parent":{"subscription_details":{"subscription":"x"}}}
            stripe_invoice_v1          | total_taxes          | {"total_tax_amounts":"x"}
            stripe_invoice_v1          | total_taxes          | {"total_taxes":"x"}
            # before 2025-03-31 an invoice item had its price, and before 2021 only a plan
            stripe_invoice_item_v1     | price                | {"price":{"id":"x"}}
            stripe_invoice_item_v1     | price                | {"pricing":{"price_details":{"price":"x"}}}
            stripe_invoice_item_v1     | price                | {"plan":{"id":"x"}}
            stripe_invoice_item_v1     | product              | {"price":{"product":"x"}}
            stripe_invoice_item_v1     | product              | {"plan":{"product":"x"}}
            stripe_invoice_item_v1     | product              | {"pricing":{"price_details":{"product":"x"}}}
            stripe_invoice_item_v1     | subscription         | {"subscription":"x"}
            stripe_invoice_item_v1     | subscription_item    | {"parent":{"subscription_details":{"subscription_item":"x"}}}
            stripe_invoice_item_v1     | unit_amount          | {"unit_amount_decimal":"x"}
            stripe_invoice_item_v1     | unit_amount          | {"pricing":{"unit_amount_decimal":"x"}}
            stripe_subscription_item_v1 | price               | {"plan":{"id":"x"}}
            stripe_subscription_item_v1 | product             | {"plan":{"product":"x"}}
            stripe_charge_v1           | invoice_id           | {"invoice":"x"}
            stripe_payment_intent_v1   | invoice              | {"invoice":"x"}
            """)
    void aColumnFindsItsValueInTheShapeOfEachVersion(String service, String name, String object) {
        Column column = resources().stream()
                .filter(resource -> resource.name().equals(service))
                .flatMap(resource -> resource.columns().stream())
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        Json json = JsonReading.read(object);

        Optional<String> value = places(column)
                .map(place -> at(json, place))
                .flatMap(found -> found.text().or(() -> found.text("id")).stream())
                .findFirst();

        assertThat(value).contains("x");
    }

    private static List<Resource> resources() {
        return new StripeConnector().resources();
    }

    private static Stream<List<String>> places(Column column) {
        return Stream.concat(Stream.of(column.path()), column.alternatives().stream());
    }

    private static Json at(Json json, List<String> place) {
        Json value = json;
        for (String name : place) {
            value = value instanceof Json.Arr(List<Json> items) ? items.get(Integer.parseInt(name)) : value.at(name);
        }
        return value;
    }

    private static Class<?> model(Resource resource) throws ClassNotFoundException {
        String name = camelCase(resource.name().replaceFirst("^stripe", "").replaceFirst("_v1$", ""));
        return Class.forName("com.stripe.model." + (name.equals("CheckoutSession") ? "checkout.Session" : name));
    }

    /** The library's fields are named as Stripe's, in another style. */
    private static String camelCase(String name) {
        return Pattern.compile("_(.)")
                .matcher(name)
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    private static boolean has(Type type, List<String> place) {
        if (place.isEmpty()) {
            return true;
        }
        List<String> rest = place.subList(1, place.size());
        if (type instanceof ParameterizedType generic) {
            // the value itself where it may be expanded, an element where it is a list
            Type inner = generic.getActualTypeArguments()[0];
            return generic.getRawType() == List.class ? has(inner, rest) : has(inner, place);
        }
        Class<?> owner = (Class<?>) type;
        if (StripeCollection.class.isAssignableFrom(owner) && place.getFirst().equals("data")) {
            Type element = ((ParameterizedType) owner.getGenericSuperclass()).getActualTypeArguments()[0];
            return has(element, rest.subList(1, rest.size()));
        }
        return Arrays.stream(owner.getDeclaredFields())
                .filter(field -> field.getName().equals(camelCase(place.getFirst())))
                .anyMatch(field -> has(field.getGenericType(), rest));
    }
}
