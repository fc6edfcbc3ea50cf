package dev.webhookdb.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.integration.IntegrationException.Kind;
import dev.webhookdb.integration.Integrations.Configured;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegrationsTest {
    private static final Map<String, String> SETTINGS = Map.of("signing_secret", " whsec_1 ");

    @TempDir
    private static Path directory;

    private static PlatformDatabase platform;
    private static Vault vault;
    private static OrganizationDatabases databases;
    private static ConnectorRegistry connectors;
    private static Integrations integrations;
    private static long organization;

    @BeforeAll
    static void open() {
        TestConnector.named("one").members("""
                        static final Setting SECRET = Setting.webhookSecret("signing_secret", "Ask one.");
                        static final Setting SHOP = Setting.of("shop", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "Its name.")
                            .normalizedBy(answer -> {
                                if (answer.equals("defect")) { throw new IllegalStateException("a defect"); }
                                if (answer.equals("wrong")) { throw new IllegalArgumentException("There is no such shop."); }
                                return answer + ".example.org"; });
                        static Resource one(String name, Column column) {
                            return Resource.named(name, "Thing").settings(SECRET, SHOP).key(text("id"))
                                .columns(timestamp("updated"), column).orderedBy("updated")
                                .webhook(Webhook.of(Fixture::verify, Fixture::read)).build();
                        }""").resources("""
                        return List.of(one("one_thing_v1", text("a")), one("one_other_v1", text("b")), one("one_broken_v1", text("c")));""").writeTo(directory.resolve("connectors/one.jar"));
        TestConnector.named("two").writeTo(directory.resolve("connectors/two.jar"));
        TestConnector.named("three").resources("""
                        return List.of(Resource.named("three_thing_v1", "Thing").key(text("id"))
                            .settings(
                                Setting.webhookSecret("signing_secret", "Ask three."),
                                Setting.apiKey("key", "Ask three."),
                                Setting.apiKey("other_key", "Ask three.").optional(),
                                Setting.apiUrl("https://api.example.com"),
                                Setting.of("region", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "Ask three.").optional().destination(),
                                Setting.of("account", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "Ask three.").optional())
                            .columns(timestamp("updated")).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""").writeTo(directory.resolve("connectors/three.jar"));
        platform = TestPostgres.platform();
        vault = Vault.open(directory.resolve("key.json"));
        databases = new OrganizationDatabases(platform.database(), platform.servers(), vault);
        connectors = ConnectorRegistry.open(directory.resolve("connectors"));
        integrations = new Integrations(
                platform.database(),
                vault,
                connectors,
                new Tables(databases::open, connectors, new ColumnFiller(new BackgroundTasks())));
        organization =
                new Organizations(platform.database(), databases).create("acme").id();
    }

    @AfterAll
    static void close() {
        databases.drop(organization);
        databases.close();
        connectors.close();
        platform.close();
    }

    @Test
    void an_endpoint_and_its_tables_are_created_and_settings_kept_sealed() {
        List<Integration> created = integrations.create(
                organization,
                List.of("one_thing_v1", "one_other_v1"),
                Map.of("signing_secret", " whsec_1 ", "shop", "acme"));

        assertThat(created).extracting(Integration::service).containsExactly("one_thing_v1", "one_other_v1");
        assertThat(created)
                .extracting(Integration::table)
                .allMatch(table -> table.matches("one_(thing|other)_v1_[0-9a-f]{4}"));
        assertThat(integrations.of(organization)).containsAll(created);
        assertThat(tables())
                .containsAll(created.stream().map(Integration::table).toList());
        assertThat(settings(created.getFirst().endpointId()))
                .containsExactlyInAnyOrder("signing_secret=whsec_1", "shop=acme.example.org");
    }

    @Test
    void a_setting_that_another_key_sealed_is_named_and_all_others_are_read() {
        List<String> services = List.of("one_thing_v1");
        Integration lost = integrations
                .create(organization, services, Map.of("signing_secret", "whsec_1", "shop", "acme"))
                .getFirst();
        Integration other =
                integrations.create(organization, services, SETTINGS).getFirst();
        byte[] sealed = Vault.open(directory.resolve("another-key.json")).seal("whsec_1");
        platform.database()
                .run(session -> session.sql("""
                        update setting set sealed_value = :sealed where endpoint_id = :endpoint and name = 'signing_secret'""")
                        .bind("sealed", sealed)
                        .bind("endpoint", lost.endpointId())
                        .execute());

        List<Configured> configured = integrations.configured(organization);

        assertThat(configured)
                .filteredOn(one -> one.integrations().equals(List.of(lost)))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.unreadable()).containsExactly("signing_secret");
                    assertThat(one.supplied()).containsExactly(Map.entry("shop", "acme.example.org"));
                });
        assertThat(configured)
                .filteredOn(one -> one.integrations().equals(List.of(other)))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.unreadable()).isEmpty();
                    assertThat(one.supplied()).containsExactly(Map.entry("signing_secret", "whsec_1"));
                });
    }

    @Test
    void an_unknown_service_is_refused_with_those_there_are() {
        assertRefused(Kind.UNKNOWN_SERVICE, List.of("seventeenth_thing_v1"), Map.of())
                .hasMessageContaining("There is no service 'seventeenth_thing_v1'.")
                .hasMessageContaining("one_other_v1")
                .hasMessageContaining("two_thing_v1");
    }

    @Test
    void services_of_two_connectors_do_not_share_an_endpoint() {
        assertRefused(Kind.INVALID_SERVICES, List.of("one_thing_v1", "two_thing_v1"), SETTINGS)
                .hasMessageContaining("one")
                .hasMessageContaining("two");
    }

    @Test
    void no_service_or_the_same_twice_is_refused() {
        assertRefused(Kind.INVALID_SERVICES, List.of(), Map.of());
        assertRefused(Kind.INVALID_SERVICES, List.of("two_thing_v1", "two_thing_v1"), Map.of());
    }

    @Test
    void what_webhooks_need_is_asked_for_and_what_backfill_needs_may_come_later() {
        assertRefused(Kind.MISSING_SETTINGS, List.of("one_thing_v1"), Map.of())
                .hasMessage("Missing: signing_secret.")
                .asInstanceOf(InstanceOfAssertFactories.type(IntegrationException.class))
                .extracting(IntegrationException::missing)
                .asInstanceOf(InstanceOfAssertFactories.list(Setting.class))
                .extracting(Setting::help)
                .containsExactly("Ask one.");
        assertThat(integrations.create(organization, List.of("one_thing_v1"), SETTINGS))
                .hasSize(1);
    }

    @Test
    void a_setting_that_the_service_does_not_have_is_refused() {
        assertRefused(Kind.INVALID_SETTING, List.of("one_thing_v1"), Map.of("sining_secret", "x"))
                .hasMessage("There is no setting 'sining_secret'; there are: signing_secret, shop.");
    }

    @Test
    void a_value_that_cannot_be_right_is_refused_with_the_connectors_sentence() {
        assertRefused(
                        Kind.INVALID_SETTING,
                        List.of("one_thing_v1"),
                        Map.of("signing_secret", "whsec_1", "shop", "wrong"))
                .hasMessageContaining("There is no such shop.");
        assertRefused(Kind.INVALID_SETTING, List.of("one_thing_v1"), Map.of("signing_secret", "  "))
                .hasMessageContaining("must not be empty");
    }

    @Test
    void a_connector_that_fails_over_a_value_is_named() {
        assertRefused(
                        Kind.INVALID_SETTING,
                        List.of("one_thing_v1"),
                        Map.of("signing_secret", "whsec_1", "shop", "defect"))
                .hasMessageContaining("Connector one");
    }

    @Test
    void nothing_is_left_when_one_of_the_tables_cannot_be_created() {
        List<String> before = tables();
        int integrationsBefore = integrations.of(organization).size();
        refuseTablesLike("one_broken_v1%");

        assertThatThrownBy(() -> integrations.create(
                        organization, List.of("one_thing_v1", "one_other_v1", "one_broken_v1"), SETTINGS))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("No such table here");

        assertThat(tables()).isEqualTo(before);
        assertThat(integrations.of(organization)).hasSize(integrationsBefore);
        assertThat(
                        count(
                                "select count(*) as number from endpoint where id not in (select endpoint_id from integration)"))
                .isZero();
        assertThat(count("select count(*) as number from setting where endpoint_id not in (select id from endpoint)"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"api_url, https://elsewhere.example.com", "api_url, https://api.example.com.elsewhere.com", "region, eu"
    })
    void a_secret_does_not_go_elsewhere_unless_it_is_supplied_again(String destination, String value) {
        Integration integration = withKeys();
        List<String> before = settings(integration.endpointId());

        assertThatThrownBy(() -> integrations.supply(integration, Map.of(destination, value)))
                .isInstanceOf(IntegrationException.class)
                .hasMessage(
                        "With another %s, the stored key and other_key would be sent elsewhere: supply them again in the same command.",
                        destination);
        assertThatThrownBy(() -> integrations.supply(integration, Map.of(destination, value, "key", "k2")))
                .hasMessageContaining("the stored other_key would be sent elsewhere: supply it again");

        assertThat(settings(integration.endpointId())).isEqualTo(before);
        integrations.supply(integration, Map.of(destination, value, "key", "k2", "other_key", "o2"));
        integrations.supply(integration, Map.of(destination, value));
        assertThat(settings(integration.endpointId())).contains(destination + "=" + value, "key=k2", "other_key=o2");
    }

    @Test
    void one_setting_after_the_other_the_secrets_are_forgotten_that_would_go_elsewhere() {
        Integration integration = withKeys();

        assertThat(integrations.supply(integration, "api_url", "https://elsewhere.example.com"))
                .containsExactly("key", "other_key");

        assertThat(settings(integration.endpointId()))
                .containsExactlyInAnyOrder("signing_secret=whsec_1", "api_url=https://elsewhere.example.com");
        assertThat(integrations.supply(integration, "key", "k2")).isEmpty();
        assertThat(integrations.supply(integration, "api_url", "https://api.example.com"))
                .as("the usual one is another one than that")
                .containsExactly("key");
    }

    @Test
    void what_leads_nowhere_else_asks_for_nothing() {
        Integration integration = withKeys();

        assertThat(integrations.supply(integration, "api_url", " https://api.example.com/ "))
                .isEmpty();
        assertThat(integrations.supply(integration, "account", "acme")).isEmpty();
        assertThat(integrations.supply(integration, "signing_secret", "whsec_2"))
                .isEmpty();
        assertThat(settings(integration.endpointId())).contains("key=k1", "other_key=o1");
    }

    private static Integration withKeys() {
        return integrations
                .create(
                        organization,
                        List.of("three_thing_v1"),
                        Map.of("signing_secret", "whsec_1", "key", "k1", "other_key", "o1"))
                .getFirst();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            Kind kind, List<String> services, Map<String, String> settings) {
        int before = integrations.of(organization).size();
        IntegrationException refused = catchThrowableOfType(
                IntegrationException.class, () -> integrations.create(organization, services, settings));
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(integrations.of(organization)).hasSize(before);
        return assertThat((Throwable) refused);
    }

    /** Lets the organization's database refuse what nothing that a connector may declare makes it refuse. */
    private static void refuseTablesLike(String pattern) {
        String name = databases
                .open(organization)
                .transaction(session ->
                        session.sql("select current_database()::text as name").one(row -> row.text("name")));
        try (var administration = TestPostgres.open(TestPostgres.server().withDatabase(name))) {
            administration.run(session -> {
                session.sql("""
                                create function refuse() returns event_trigger language plpgsql as $$
                                begin
                                  if exists (select from pg_event_trigger_ddl_commands() where object_identity like 'public.%s') then
                                    raise 'No such table here';
                                  end if;
                                end $$""".formatted(pattern)).execute();
                session.sql("create event trigger refuse on ddl_command_end execute function refuse()")
                        .execute();
            });
        }
    }

    private static List<String> tables() {
        return databases
                .open(organization)
                .transaction(session -> session.sql(
                                "select tablename::text as name from pg_tables where schemaname = 'public' order by 1")
                        .list(row -> row.text("name")));
    }

    private static List<String> settings(long endpoint) {
        return platform.database()
                .transaction(session -> session.sql("select name, sealed_value from setting where endpoint_id = :id")
                        .bind("id", endpoint)
                        .list(row -> row.text("name") + "=" + vault.open(row.bytes("sealed_value"))));
    }

    private static long count(String query) {
        return platform.database().transaction(session -> session.sql(query).one(row -> row.number("number")));
    }
}
