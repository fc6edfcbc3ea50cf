package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and types of columns are a contract with the people who query them. */
class StripeDeclarationTest {
    @Test
    void theConnectorIsFoundByItsServiceFile() {
        assertThat(ServiceLoader.load(Connector.class)).singleElement().satisfies(connector -> {
            assertThat(connector.id()).isEqualTo("stripe");
            assertThat(connector.resources())
                    .extracting(Resource::name)
                    .containsExactly("stripe_charge_v1", "stripe_customer_v1");
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

    @Test
    void onlyCustomersCanBeDeleted() {
        assertThat(StripeCustomer.RESOURCE.deletable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"StripeCharge", "StripeCustomer"})
    void aResourceIsNearlyADeclaration(String name) throws IOException {
        Path source = Path.of("src/main/java/dev/webhookdb/connectors/stripe", name + ".java");

        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(45);
    }

    private static String sql(Column column) {
        return column.name() + " " + column.type().name().toLowerCase(Locale.ROOT);
    }
}
