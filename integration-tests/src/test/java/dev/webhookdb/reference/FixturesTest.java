package dev.webhookdb.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.TestPostgres;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The tables that people make in databases of their own, to test with. */
class FixturesTest {
    private static final List<Resource> SERVICES = ConnectorModules.all().stream()
            .flatMap(connector -> connector.resources().stream())
            .toList();

    @Test
    void the_fixture_of_charges_is_the_one_that_the_guide_shows() {
        Resource charges = SERVICES.stream()
                .filter(service -> service.name().equals("stripe_charge_v1"))
                .findFirst()
                .orElseThrow();

        assertThat(Table.fixture(charges)).isEqualTo("""
                CREATE TABLE stripe_charge_v1_fixture (
                  pk bigserial PRIMARY KEY,
                  "stripe_id" text UNIQUE NOT NULL,
                  "amount" numeric ,
                  "balance_transaction" text ,
                  "billing_email" text ,
                  "created" integer ,
                  "customer_id" text ,
                  "invoice_id" text ,
                  "payment_type" text ,
                  "receipt_email" text ,
                  "status" text ,
                  "updated" integer ,
                  data jsonb NOT NULL
                );
                CREATE INDEX IF NOT EXISTS amount_idx ON stripe_charge_v1_fixture ("amount");
                CREATE INDEX IF NOT EXISTS balance_transaction_idx ON stripe_charge_v1_fixture ("balance_transaction");
                CREATE INDEX IF NOT EXISTS billing_email_idx ON stripe_charge_v1_fixture ("billing_email");
                CREATE INDEX IF NOT EXISTS created_idx ON stripe_charge_v1_fixture ("created");
                CREATE INDEX IF NOT EXISTS customer_id_idx ON stripe_charge_v1_fixture ("customer_id");
                CREATE INDEX IF NOT EXISTS invoice_id_idx ON stripe_charge_v1_fixture ("invoice_id");
                CREATE INDEX IF NOT EXISTS payment_type_idx ON stripe_charge_v1_fixture ("payment_type");
                CREATE INDEX IF NOT EXISTS receipt_email_idx ON stripe_charge_v1_fixture ("receipt_email");
                CREATE INDEX IF NOT EXISTS status_idx ON stripe_charge_v1_fixture ("status");
                CREATE INDEX IF NOT EXISTS updated_idx ON stripe_charge_v1_fixture ("updated");""");
    }

    @ParameterizedTest
    @FieldSource("SERVICES")
    void a_fixture_makes_a_table_that_takes_a_row_with_a_key_and_data_only(Resource service) {
        try (Database database = TestPostgres.open(TestPostgres.freshAddress())) {
            database.run(session -> {
                session.sql(Table.fixture(service)).execute();
                session.sql("insert into %s_fixture (%s, data) values ('1', '{}')"
                                .formatted(service.name(), service.key().name()))
                        .execute();
            });

            assertThat(columns(database, service))
                    .doesNotContain("_as_of", "_rank", "_seen", "_change")
                    .startsWith("pk", service.key().name())
                    .endsWith("data");
        }
    }

    private static List<String> columns(Database database, Resource service) {
        return database.transaction(session ->
                session.sql("""
                        select attname::text as name from pg_attribute
                        where attrelid = to_regclass(:table) and attnum > 0 order by attnum""").bind("table", service.name() + "_fixture").list(row -> row.text("name")));
    }
}
