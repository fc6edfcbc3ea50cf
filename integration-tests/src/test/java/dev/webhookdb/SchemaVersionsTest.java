package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts and organizations' databases of different builds, over HTTP. */
class SchemaVersionsTest {
    private static final long NOW = 1_800_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private RunningHost host;
    private Made charges;

    @BeforeEach
    void start() {
        host = RunningHost.start(directory, Map.of());
        charges = host.integrate("builds", "stripe_charge_v1").getFirst();
        send("ch_before");
        awaitRows("ch_before");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void an_organization_of_a_build_before_versions_goes_on_after_the_upgrade_and_keeps_its_rows() {
        host.stop();
        alter(
                "drop table webhookdb.schema_history, webhookdb.schema_progress, webhookdb.moving, webhookdb.mover, webhookdb.followed,"
                        + " webhookdb.change, webhookdb.sync_window, webhookdb.comparison, webhookdb.listed, webhookdb.skipped, webhookdb.sync_sent");
        host.administerPlatform("update organization_database set schema_version = 0");
        host.start();

        send("ch_after");

        awaitRows("ch_after", "ch_before");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(host.platform("select min(schema_version) from organization_database"))
                        .doesNotContain("0"));
        assertThat(health().text("status")).contains("ok");
    }

    @Test
    void a_host_that_meets_a_newer_schema_says_so_takes_webhooks_in_and_stores_them_after_its_upgrade() {
        host.stop();
        alter("insert into webhookdb.schema_history (version, description) values (1000, 'of the future')");
        host.administerPlatform("update organization_database set schema_version = 0");
        host.start();

        send("ch_waits");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(health().items("problems"))
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.text().orElse(""))
                                .contains("1 organizations", "version 1000", "newer webhookdb")
                                .doesNotContain("builds")));
        assertThat(health().text("status")).contains("degraded");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(host.webhooks("builds", "pending")).isNotEmpty());
        assertThat(host.webhooks("builds", "failed")).isEmpty();
        assertThat(rows()).containsExactly("ch_before");

        host.stop();
        alter("delete from webhookdb.schema_history where version = 1000");
        host.administerPlatform("update organization_database set schema_version = 0");
        host.start();

        awaitRows("ch_before", "ch_waits");
    }

    @Test
    void an_organization_whose_upgrade_fails_is_listed_with_the_reason() {
        host.stop();
        alter("drop table webhookdb.schema_history; create view webhookdb.schema_history as select 0 as version");
        host.administerPlatform("update organization_database set schema_version = 0");
        host.start();

        await().atMost(PATIENCE).untilAsserted(() -> {
            Answer answer = host.operator("GET", "/organizations", "");
            assertThat(answer.json().items("items").getFirst().text("schema_problem"))
                    .hasValueSatisfying(reason -> assertThat(reason).isNotBlank());
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(health().items("problems")).hasSize(1));
    }

    private void alter(String statement) {
        String name =
                host.platform("select database_name from organization_database").getFirst();
        try (Database database = TestPostgres.open(TestPostgres.server().withDatabase(name))) {
            database.autocommit(session -> session.sql(statement).execute());
        }
    }

    private Json health() {
        return host.call("GET", "/healthz", new byte[0], Map.of()).json();
    }

    private void send(String id) {
        assertThat(host.send(charges.id(), StripeEvents.charge(id, "succeeded", NOW, "evt_" + id))
                        .status())
                .isEqualTo(202);
    }

    private List<String> rows() {
        return host.sql("builds", "select stripe_id from %s order by stripe_id".formatted(charges.table()));
    }

    private void awaitRows(String... ids) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows()).containsExactly(ids));
    }
}
