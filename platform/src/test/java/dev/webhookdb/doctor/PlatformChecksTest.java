package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.DatabaseInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from the platform's database, in good and bad states. */
class PlatformChecksTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final ServerAddress address = TestPostgres.platformAddress();
    private Configuration configuration;
    private Platform platform;
    private Database database;

    @BeforeEach
    void open() {
        configuration = ConfigurationLoader.load(
                Optional.empty(),
                Map.of(
                        "WEBHOOKDB_DATA_DIR", directory.toString(),
                        "WEBHOOKDB_DATABASE_URL", url(),
                        "WEBHOOKDB_DATABASE_USERNAME", address.username(),
                        "WEBHOOKDB_DATABASE_PASSWORD", address.password().reveal()),
                directory);
        platform = Platform.open(configuration);
        database = TestPostgres.open(address);
    }

    @AfterEach
    void close() {
        platform.close();
        database.close();
    }

    @Test
    void a_key_that_is_missing_is_a_problem_only_once_there_are_secrets() {
        assertThat(key().status()).isEqualTo(Status.SKIPPED);

        seal(Vault.open(directory.resolve("another.json")));

        assertThat(key().status()).isEqualTo(Status.PROBLEM);
        assertThat(key().found()).contains("is missing, and there are secrets");
        assertThat(directory.resolve("encryption-key.json")).doesNotExist();
    }

    @Test
    void a_key_is_tried_with_what_was_sealed() {
        seal(Vault.open(directory.resolve("encryption-key.json")));
        assertThat(key().status()).isEqualTo(Status.OK);
        assertThat(key().found()).contains("(tried: 1)");

        seal(Vault.open(directory.resolve("another.json")));
        assertThat(key().status()).isEqualTo(Status.PROBLEM);
        assertThat(key().found()).startsWith("Of 2 secrets in the database").contains("does not open 1");
    }

    @Test
    void a_file_that_holds_no_key_is_a_problem() throws IOException {
        Files.writeString(directory.resolve("encryption-key.json"), "nonsense");

        assertThat(key().status()).isEqualTo(Status.PROBLEM);
        assertThat(key().remedy()).contains("does not hold an encryption key");
    }

    @Test
    void organizations_whose_databases_do_not_answer_are_named() throws InterruptedException {
        Vault vault = Vault.open(directory.resolve("encryption-key.json"));
        organization(
                "good",
                address.port(),
                address.database(),
                vault.seal(address.password().reveal()));
        assertThat(organizations(vault).status()).isEqualTo(Status.OK);

        organization(
                "gone",
                address.port(),
                "no_such_database",
                vault.seal(address.password().reveal()));
        organization("away", 1, "away", vault.seal("a-secret-password"));

        Finding found = organizations(vault);
        assertThat(found.status()).isEqualTo(Status.PROBLEM);
        assertThat(found.found())
                .startsWith("2 of 3 organizations' databases cannot be used: away (")
                .contains("gone (There is no database \"no_such_database\"")
                .doesNotContain("good (", "a-secret-password");
    }

    @Test
    void what_an_older_version_left_is_a_warning_and_nothing_else_is_read() {
        run("delete from schema_history where version::integer > 40");

        try (Platform older = Platform.open(configuration)) {
            assertThat(older).isInstanceOfSatisfying(Platform.Open.class, open -> {
                assertThat(open.isCurrent()).isFalse();
                assertThat(open.upgrade())
                        .singleElement()
                        .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                        .satisfies(one -> assertThat(one.found()).startsWith("A start of this version would run "));
            });
            assertThat(new KeyCheck(configuration, older).examine())
                    .extracting(Finding::status)
                    .containsExactly(Status.SKIPPED);
        }
    }

    @Test
    void an_integration_without_its_connector_and_a_jar_that_is_refused_are_told() throws IOException {
        integration("acme_thing_v1", "acme_thing_v1_aa");
        Path connectors = Files.createDirectory(directory.resolve("connectors"));
        try (ConnectorRegistry registry = ConnectorRegistry.open(connectors)) {
            assertThat(PluginsCheck.connectors(registry.all()))
                    .extracting(Finding::status)
                    .containsExactly(Status.WARNING);
            assertThat(new IntegrationsCheck(database, registry).missing())
                    .containsExactly(
                            new Finding(
                                    "integrations",
                                    Status.PROBLEM,
                                    "No connector has the service acme_thing_v1, which 1 integration needs.",
                                    "Put the connector's JAR back into the directory that connectors-dir names; until then its webhooks are answered with 503."));
        }
        TestConnector.named("acme").writeTo(connectors.resolve("acme.jar"));
        Files.writeString(connectors.resolve("broken.jar"), "no JAR");
        try (ConnectorRegistry registry = ConnectorRegistry.open(connectors)) {
            assertThat(new IntegrationsCheck(database, registry).missing())
                    .extracting(Finding::status)
                    .containsExactly(Status.OK);
            assertThat(PluginsCheck.connectors(registry.all()))
                    .singleElement()
                    .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                    .satisfies(one -> assertThat(one.found())
                            .startsWith("The server refuses %s: ".formatted(connectors.resolve("broken.jar"))))
                    .satisfies(one -> assertThat(one.remedy()).isNotEmpty());
        }
    }

    @Test
    void a_destination_that_is_refused_is_told() throws IOException {
        Path destinations = Files.createDirectory(directory.resolve("destinations"));
        Files.writeString(destinations.resolve("broken.jar"), "no JAR");

        try (DestinationRegistry registry = DestinationRegistry.open(destinations, new BackgroundTasks())) {
            assertThat(PluginsCheck.destinations(registry.all()))
                    .extracting(Finding::status)
                    .containsExactly(Status.PROBLEM);
        }
    }

    @Test
    void webhooks_at_another_version_than_the_connectors_are_told_and_a_warning_where_columns_are_null()
            throws IOException {
        integration("acme_thing_v1", "acme_thing_v1_aa");
        Path connectors = Files.createDirectory(directory.resolve("connectors"));
        TestConnector.named("acme")
                .members(
                        "public Optional<ApiVersion> apiVersion() { return Optional.of(ApiVersion.asked(\"2026-02\")); }")
                .resources("""
                        return List.of(Resource.named("acme_thing_v1", "Thing").key(text("id")).columns(text("tax"), timestamp("updated")).orderedBy("updated")
                            .gaps(Gap.before("2024-01", "It had no taxes.", "tax"))
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""")
                .writeTo(connectors.resolve("acme.jar"));
        try (ConnectorRegistry registry = ConnectorRegistry.open(connectors)) {
            run("update endpoint set api_version = '2026-02'");
            assertThat(versions(registry))
                    .extracting(Finding::status, Finding::found)
                    .containsExactly(tuple(
                            Status.OK,
                            "No webhooks come at another version of a provider's API than the connectors know."));

            run("update endpoint set api_version = '2025-01'");
            assertThat(versions(registry)).singleElement().satisfies(one -> {
                assertThat(one.status()).isEqualTo(Status.OK);
                assertThat(one.found()).contains("acme_thing_v1_aa (2025-01 instead of 2026-02)");
            });

            run("update endpoint set api_version = '2020-01'");
            assertThat(versions(registry)).singleElement().satisfies(one -> {
                assertThat(one.status()).isEqualTo(Status.WARNING);
                assertThat(one.found()).contains("NULL", "acme_thing_v1_aa (2020-01 instead of 2026-02)");
            });
        }
    }

    @Test
    void what_waits_for_too_long_is_told() {
        assertThat(backlog()).extracting(Finding::found).containsExactly("Nothing waits.");

        integration("acme_thing_v1", "acme_thing_v1_aa");
        waiting(1, "1 minute", "null");
        assertThat(backlog())
                .extracting(Finding::found)
                .containsExactly("1 webhook waits to be stored, none for long.");

        waiting(2, "2 hours", "null");
        waiting(3, "-1 minute", "'The table is locked.'");
        run("""
                insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at, reason)
                values ('m', 'r', 's', '', now(), now(), 'refused')""");
        assertThat(backlog())
                .extracting(Finding::found)
                .containsExactly(
                        "1 webhook has been waiting to be stored, the first for 120 min.",
                        "1 webhook could not be stored and will be tried again.",
                        "1 message could not be sent.");
    }

    @Test
    void webhooks_that_are_missing_are_a_problem_also_before_a_server_found_that() {
        assertThat(losses()).extracting(Finding::status).containsExactly(Status.OK);

        integration("acme_thing_v1", "acme_thing_v1_aa");
        run("""
                insert into webhook_imbalance (endpoint_id, hour, webhooks)
                select id, date_bin('1 hour', now(), '2000-01-01 00:00Z'), -1 from endpoint""");
        run("""
                insert into webhook_ledger (endpoint_id, hour, accepted)
                select id, date_bin('1 hour', now() - interval '3 hours', '2000-01-01 00:00Z'), 2 from endpoint""");
        run(
                "insert into webhook_ledger (endpoint_id, hour, settled) select endpoint_id, hour, 1 from webhook_imbalance");

        assertThat(losses()).extracting(Finding::status).containsExactly(Status.WARNING, Status.PROBLEM);
        assertThat(losses().getLast().found())
                .startsWith("2 webhooks that svi_")
                .endsWith(" are lost.");
        assertThat(losses().getLast().remedy()).startsWith("'webhookdb replay --integration svi_");
    }

    private List<Finding> losses() {
        return new LossesCheck(database).examine();
    }

    private Finding key() {
        List<Finding> findings = new KeyCheck(configuration, platform).examine();
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private Finding organizations(Vault vault) throws InterruptedException {
        List<Finding> findings = new OrganizationsCheck(
                        new DatabaseInspection(DatabaseServer.all(List.of(TestPostgres.server())), vault, List.of()),
                        database.transaction(DatabaseInspection::recorded),
                        LIMIT)
                .examine();
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private List<Finding> versions(ConnectorRegistry registry) {
        return new IntegrationsCheck(database, registry).versions(Vault.open(directory.resolve("key.json")));
    }

    private List<Finding> backlog() {
        return new BacklogCheck(database).examine();
    }

    private void seal(Vault vault) {
        database.run(
                session -> session.sql("""
                        insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at)
                        values ('m', 'r', 's', :body, now(), now())""").bind("body", vault.seal("body")).execute());
    }

    private void organization(String key, int port, String name, byte[] secret) {
        database.run(session -> session.sql("""
                        with made as (insert into organization (key, name) values (:key, :key) returning id)
                        insert into organization_database (organization_id, server, host, port, database_name, owner_role, owner_secret,
                               reader_role, reader_secret, ready_at)
                        select id, 'gone:' || :key, :host, :port, :name, :owner, :secret, 'r', '', now() from made""")
                .bind("key", key)
                .bind("host", address.host())
                .bind("port", port)
                .bind("name", name)
                .bind("owner", address.username())
                .bind("secret", secret)
                .execute());
    }

    private void integration(String service, String table) {
        database.run(session ->
                session.sql("""
                        with made as (insert into organization (key, name) values ('one', 'One') returning id),
                             endpoint as (
                               insert into endpoint (opaque_id, organization_id, connector_id)
                               select 'svi_1', id, 'acme' from made returning id, organization_id)
                        insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name)
                        select 'svi_1', id, organization_id, :service, :table from endpoint""").bind("service", service).bind("table", table).execute());
    }

    private void waiting(long id, String since, String reason) {
        run("""
                insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at, attempts, reason)
                select %d, id, now() - interval '%2$s', now() - interval '%2$s', 1, %3$s from endpoint""".formatted(id, since, reason));
    }

    private void run(String statement) {
        database.run(session -> session.sql(statement).execute());
    }

    private String url() {
        return "postgresql://%s:%d/%s".formatted(address.host(), address.port(), address.database());
    }
}
