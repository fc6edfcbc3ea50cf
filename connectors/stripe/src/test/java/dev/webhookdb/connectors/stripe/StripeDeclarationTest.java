package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and types of columns are a contract with the people who query them. */
class StripeDeclarationTest {
    @Test
    void theConnectorIsFoundByItsServiceFile() {
        assertThat(ServiceLoader.load(Connector.class)).singleElement().satisfies(connector -> {
            assertThat(connector.id()).isEqualTo("stripe");
            assertThat(connector.resources())
                    .extracting(Resource::name)
                    .containsExactly(
                            "stripe_balance_transaction_v1",
                            "stripe_charge_v1",
                            "stripe_checkout_session_v1",
                            "stripe_coupon_v1",
                            "stripe_customer_v1",
                            "stripe_dispute_v1",
                            "stripe_invoice_v1",
                            "stripe_invoice_item_v1",
                            "stripe_invoice_payment_v1",
                            "stripe_payment_intent_v1",
                            "stripe_payment_method_v1",
                            "stripe_payout_v1",
                            "stripe_price_v1",
                            "stripe_product_v1",
                            "stripe_refund_v1",
                            "stripe_subscription_v1",
                            "stripe_subscription_item_v1");
        });
    }

    /** The fixture in the user's guide, without what every table has. */
    @Test
    void aChargeHasTheColumnsOfTheGuide() {
        assertThat(sql(StripeCharge.RESOURCE.key())).isEqualTo("stripe_id text");
        assertThat(StripeCharge.RESOURCE.columns())
                .extracting(StripeDeclarationTest::sql)
                .containsExactly(
                        "amount numeric",
                        "balance_transaction text",
                        "billing_email text",
                        "created integer",
                        "customer_id text",
                        "invoice_id text",
                        "payment_type text",
                        "receipt_email text",
                        "status text",
                        "updated integer");
        assertThat(StripeCharge.RESOURCE.columns()).allMatch(Column::indexed);
        assertThat(StripeCharge.RESOURCE.deletable())
                .as("there is no column deleted_at")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void whoUsesConnectMayHaveAColumnMore(Resource resource) {
        assertThat(resource.optionalColumns()).singleElement().satisfies(column -> {
            assertThat(sql(column)).isEqualTo("account_id text");
            assertThat(column.indexed()).isTrue();
            assertThat(column.choice()).contains(Stripe.ACCOUNT_COLUMN);
        });
    }

    @Test
    void whatStripeReportsDeletionsOfCanBeDeleted() {
        assertThat(resources())
                .filteredOn(Resource::deletable)
                .extracting(Resource::name)
                .containsExactly(
                        "stripe_coupon_v1",
                        "stripe_customer_v1",
                        "stripe_invoice_v1",
                        "stripe_invoice_item_v1",
                        "stripe_price_v1",
                        "stripe_product_v1",
                        "stripe_subscription_item_v1");
    }

    /** Stripe's list of events takes no more than twenty types. */
    @ParameterizedTest
    @MethodSource("resources")
    void aResourceHasAtMostTwentyTypesOfEvents(Resource resource) {
        assertThat(resource.webhook().map(Webhook::events).orElse(List.of()))
                .hasSizeLessThanOrEqualTo(20)
                .isSorted();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void statesAreOrderedByTheTimeOfTheirEvent(Resource resource) {
        assertThat(resource.orderedBy().name()).isEqualTo("updated");
        assertThat(resource.columns().getLast()).isSameAs(resource.orderedBy());
    }

    /** Seconds of after 2038-01-19 take more than 32 bits; a subscription may be cancelled in 2100. */
    @ParameterizedTest
    @MethodSource("resources")
    void secondsHave64BitsExceptThoseThatTheGuideShows(Resource resource) {
        List<String> narrow = resource.columns().stream()
                .filter(column -> column.type() == Column.Type.INTEGER)
                .map(Column::name)
                .toList();

        assertThat(narrow)
                .isEqualTo(
                        switch (resource.name()) {
                            case "stripe_charge_v1" -> List.of("created", "updated");
                            case "stripe_payment_method_v1" -> List.of("card_exp_month", "card_exp_year");
                            default -> List.of();
                        });
    }

    @ParameterizedTest
    @MethodSource("resources")
    void moneyIsANumberOfAnySize(Resource resource) {
        assertThat(resource.columns())
                .filteredOn(column -> column.name().contains("amount"))
                .allMatch(column -> column.type() == Column.Type.NUMERIC);
    }

    @ParameterizedTest
    @MethodSource("resources")
    void aResourceIsNearlyADeclaration(Resource resource) throws IOException {
        String name = Pattern.compile("_(.)")
                .matcher(resource.name().replace("stripe_", "_").replace("_v1", ""))
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
        Path source = Path.of("src/main/java/dev/webhookdb/connectors/stripe/Stripe" + name + ".java");

        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(100);
    }

    private static List<Resource> resources() {
        return new StripeConnector().resources();
    }

    private static String sql(Column column) {
        return column.name() + " " + column.type().name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad", "sk_live_x", "rk_test_x", "pk_live_x", "whsec_", "whsec_a b", "WHSEC_x"})
    void whatIsNoSigningSecretIsRefusedWithWhereItIs(String answer) {
        assertThatThrownBy(() -> Stripe.WEBHOOK_SECRET.normalize(answer))
                .hasMessageContaining("starts with whsec_")
                .hasMessageContaining("Developers > Webhooks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad", "pk_live_x", "whsec_x", "rk_", "acct_1"})
    void whatIsNoApiKeyIsRefusedWithWhereItIs(String answer) {
        assertThatThrownBy(() -> Stripe.RESTRICTED_KEY.normalize(answer)).hasMessageContaining("Developers > API keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rk_test_51Jx",
                "rk_live_51Jx",
                "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
                "sk_live_1",
                "sk_org_live_1",
                "rk_simulated"
            })
    void whatStripeIssuesIsTaken(String key) {
        assertThat(Stripe.RESTRICTED_KEY.normalize(" " + key + "\n")).isEqualTo(key);
        assertThat(Stripe.WEBHOOK_SECRET.normalize("whsec_" + key)).isEqualTo("whsec_" + key);
    }

    @Test
    void aConnectedAccountIsOne() {
        assertThat(Stripe.CONNECTED_ACCOUNT.normalize("acct_1032D82eZvKYlo2C")).isEqualTo("acct_1032D82eZvKYlo2C");
        assertThatThrownBy(() -> Stripe.CONNECTED_ACCOUNT.normalize("cus_1"))
                .hasMessageContaining("acct_1032D82eZvKYlo2C");
    }
}
