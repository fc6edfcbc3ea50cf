package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.DatabaseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of an organization: nobody gets in at once, everything is back if somebody changes their mind, and then it is gone. */
class ClosingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void nobody_gets_into_a_closed_organization_until_it_is_opened_again() {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Person admin = Person.loggedIn(host, "closer@example.com");
            Person member = Person.loggedIn(host, "locked-out@example.com");
            admin.admit(member, "member");
            Made charges = admin.integrate("stripe_charge_v1");
            String url = admin.connection();
            Person program = Person.withToken(
                    host,
                    admin.post(admin.own("/tokens/create"), Map.of("name", "ci", "role", "admin"))
                            .json()
                            .text("token")
                            .orElseThrow(),
                    admin);

            Answer closed = admin.post(admin.own("/close"), Map.of());

            assertThat(closed.status()).isEqualTo(200);
            assertThat(closed.json().isTrue("complete")).isTrue();
            assertThat(closed.json().text("output").orElseThrow()).contains("webhookdb org reopen closer_org");
            assertThat(admin.get(admin.own("/members")).status()).isEqualTo(403);
            assertThat(program.get(admin.own("/members")).status()).isEqualTo(401);
            assertThat(host.send(charges.id(), "{}").status()).isEqualTo(404);
            assertThatThrownBy(() -> connect(url)).isInstanceOf(DatabaseException.class);
            assertThat(admin.get("/v1/me/organization_memberships")
                            .json()
                            .items("blocks")
                            .toString())
                    .contains("closer_org", "Dropped at");
            assertThat(member.post(admin.own("/reopen"), Map.of()).status()).isEqualTo(403);

            assertThat(admin.post("/v1/organizations/closer_org/reopen", Map.of())
                            .status())
                    .isEqualTo(200);

            assertThat(member.get(admin.own("/members")).status()).isEqualTo(200);
            assertThat(program.get(admin.own("/members")).status()).isEqualTo(200);
            assertThat(connect(url)).containsExactly("1");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(host.send(charges.id(), "{\"id\":\"evt_1\",\"object\":\"event\"}")
                                    .status())
                            .isEqualTo(202));
        }
    }

    @Test
    void backfills_stop_and_none_begins_while_an_organization_is_closed() {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Person admin = Person.loggedIn(host, "stopper@example.com");
            Made charges = admin.integrate("stripe_charge_v1");
            host.administerPlatform(
                    "insert into backfill_job (opaque_id, integration_id, cause, state, held_until) select 'bfj_1', id, 'user', 'running', now() + interval '1 hour' from integration where opaque_id = '%s'"
                            .formatted(charges.id()));

            admin.post(admin.own("/close"), Map.of());

            assertThat(host.platform("select cancelling from backfill_job where opaque_id = 'bfj_1'"))
                    .containsExactly("t");
        }
    }

    @Test
    void after_the_grace_the_database_is_gone_and_the_name_is_free() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_ORGANIZATIONS_GRACE", "PT0S"))) {
            Person admin = Person.loggedIn(host, "gone@example.com");
            Made charges = admin.integrate("stripe_charge_v1");
            String database = admin.address().database();

            admin.post(admin.own("/close"), Map.of());

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(host.platform("select key from organization where key = 'gone_org'"))
                                    .isEmpty());
            assertThat(host.platform("select 1 from pg_database where datname = '%s'".formatted(database)))
                    .isEmpty();
            assertThat(host.platform("select 1 from integration where opaque_id = '%s'".formatted(charges.id())))
                    .isEmpty();
            assertThat(admin.post(admin.own("/reopen"), Map.of()).status()).isEqualTo(403);
            assertThat(admin.post("/v1/organizations/create", Map.of("name", "Gone Org"))
                            .json()
                            .text("key"))
                    .contains("gone_org");
        }
    }

    @Test
    void a_drop_that_fails_is_repeated() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_ORGANIZATIONS_GRACE", "PT0S"))) {
            Person admin = Person.loggedIn(host, "stuck@example.com");
            String reader = admin.address().username();
            // a role that owns something elsewhere cannot be dropped
            host.administerPlatform("create table obstacle (id int)");
            host.administerPlatform("alter table obstacle owner to \"%s\"".formatted(reader));

            admin.post(admin.own("/close"), Map.of());

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    host.platform("select 1 from organization where key = 'stuck_org' and dropping"))
                            .hasSize(1));
            host.administerPlatform("drop table obstacle");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(host.platform("select 1 from organization where key = 'stuck_org'"))
                            .isEmpty());
        }
    }

    @Test
    void the_operator_may_open_it_again_too() {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Person admin = Person.loggedIn(host, "helped@example.com");
            Person operator = Person.withToken(host, host.operatorToken(), admin);
            admin.post(admin.own("/close"), Map.of());

            Answer reopened = operator.post(admin.own("/reopen"), Map.of());

            assertThat(reopened.status()).isEqualTo(200);
            assertThat(admin.get(admin.own("/members")).status()).isEqualTo(200);
            assertThat(host.platform("select email, action from audit where organization_id = %s order by id"
                            .formatted(admin.organization())))
                    .containsExactly(
                            "helped@example.com|create organization",
                            "helped@example.com|close organization",
                            "operator|reopen organization");
        }
    }

    private static List<String> connect(String url) {
        try (var database = TestPostgres.open(ServerAddress.parse(url))) {
            return database.transaction(
                    session -> session.sql("select 1 as one").list(row -> row.text("one")));
        }
    }
}
