package dev.webhookdb.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.api.Fixtures;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.Fixture;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tables that people make in databases of their own, to test with. */
class FixturesTest {
    private static final List<Resource> SERVICES = AllFixtures.services();

    @Test
    void the_fixture_of_charges_is_the_one_that_the_guide_shows() {
        Resource charges = SERVICES.stream()
                .filter(service -> service.name().equals("stripe_charge_v1"))
                .findFirst()
                .orElseThrow();

        assertThat(Fixture.of(charges).schema()).isEqualTo("""
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
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_amount_idx ON stripe_charge_v1_fixture ("amount");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_balance_transaction_idx ON stripe_charge_v1_fixture ("balance_transaction");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_billing_email_idx ON stripe_charge_v1_fixture ("billing_email");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_created_idx ON stripe_charge_v1_fixture ("created");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_customer_id_idx ON stripe_charge_v1_fixture ("customer_id");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_invoice_id_idx ON stripe_charge_v1_fixture ("invoice_id");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_payment_type_idx ON stripe_charge_v1_fixture ("payment_type");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_receipt_email_idx ON stripe_charge_v1_fixture ("receipt_email");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_status_idx ON stripe_charge_v1_fixture ("status");
                CREATE INDEX IF NOT EXISTS stripe_charge_v1_fixture_updated_idx ON stripe_charge_v1_fixture ("updated");""");
    }

    @Test
    void the_fixtures_of_all_services_fit_into_one_schema_with_a_sample_row_each_that_has_every_column() {
        try (Database database = TestPostgres.open(TestPostgres.freshAddress())) {
            AllFixtures.requireInOneSchema(database);
        }
    }

    @Test
    void a_schema_refuses_what_no_row_can_be() {
        Resource charges = SERVICES.getFirst();

        assertThat(AllFixtures.violations(charges, new Json.Obj(Map.of("pk", new Json.Str("1")))))
                .isNotEmpty();
    }

    @Test
    void a_fixture_may_have_any_allowed_name_and_be_there_under_several() {
        Resource service = SERVICES.getFirst();
        try (Database database = TestPostgres.open(TestPostgres.freshAddress())) {
            for (String name : List.of("My Table", "user", "t" + "0".repeat(62))) {
                Fixture fixture = Fixture.of(service, name);
                String sample = new Fixtures(database).sample(fixture, service);
                database.run(session -> {
                    session.sql(fixture.schema()).execute();
                    session.sql(sample).execute();
                });

                assertThat(AllFixtures.columns(AllFixtures.row(database, name))).contains("pk", "data");
            }
        }
    }
}
