package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P6 for one organization's database: its webhooks are acknowledged and wait; nobody else's do. */
class OrganizationAwayTest {
    private static final long NOW = 1_800_000_000L;
    private static final Duration RECOVERY = Duration.ofSeconds(40);

    private static final ServerAddress PLATFORM = TestPostgres.platformAddress();

    @TempDir
    private static Path directory;

    private static Relay relay;
    private static RunningHost host;
    private static List<Made> away;
    private static Made elsewhere;

    @BeforeAll
    static void start() {
        relay = Relay.to(TestPostgres.server());
        host = started();
        away = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            away.addAll(host.integrate("away", "stripe_charge_v1"));
        }
        elsewhere = host.integrate("elsewhere", "stripe_charge_v1").getFirst();
    }

    private static RunningHost started() {
        String servers = url(relay.address()) + "," + url(TestPostgres.server());
        return RunningHost.start(directory, PLATFORM, Map.of("WEBHOOKDB_DATABASE_SERVERS", servers));
    }

    @AfterAll
    static void stop() {
        host.close();
        relay.close();
    }

    @AfterEach
    void restore() {
        relay.restore();
    }

    @Test
    void webhooks_for_a_database_that_is_gone_are_kept_with_a_reason_and_stored_later() {
        relay.cut();

        send(away.getFirst(), "ch_gone");
        send(elsewhere, "ch_one");

        awaitRow("elsewhere", elsewhere, "ch_one", Duration.ofSeconds(10));
        awaitReason();
        relay.restore();
        awaitRow("away", away.getFirst(), "ch_gone", RECOVERY);
    }

    @Test
    void a_silent_database_of_an_organization_with_many_endpoints_holds_up_nobody_else() {
        away.forEach(endpoint -> {
            send(endpoint, "ch_warm");
            awaitRow("away", endpoint, "ch_warm", RECOVERY);
        });
        relay.freeze();

        away.forEach(endpoint -> send(endpoint, "ch_silent"));
        // the workers are busy with the silent database now
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        send(elsewhere, "ch_two");

        awaitRow("elsewhere", elsewhere, "ch_two", Duration.ofSeconds(15));
        awaitReason();
        relay.restore();
        away.forEach(endpoint -> awaitRow("away", endpoint, "ch_silent", RECOVERY));
    }

    @Test
    void a_server_that_is_away_when_a_host_starts_holds_up_its_own_organizations_only() {
        host.close();
        relay.cut();

        host = started();
        send(away.getFirst(), "ch_later");
        send(elsewhere, "ch_three");

        awaitRow("elsewhere", elsewhere, "ch_three", Duration.ofSeconds(15));
        awaitReason();
        relay.restore();
        awaitRow("away", away.getFirst(), "ch_later", RECOVERY);
    }

    private static void send(Made endpoint, String id) {
        assertThat(host.send(endpoint.id(), StripeEvents.charge(id, "succeeded", NOW, "evt_" + id))
                        .status())
                .isEqualTo(202);
    }

    private static void awaitReason() {
        await().atMost(RECOVERY)
                .untilAsserted(() -> assertThat(host.webhooks("away", "pending"))
                        .isNotEmpty()
                        .allSatisfy(webhook ->
                                assertThat(webhook.text("reason").orElse("")).isNotBlank()));
    }

    private static void awaitRow(String organization, Made endpoint, String id, Duration patience) {
        await().atMost(patience)
                .untilAsserted(() -> assertThat(host.sql(
                                organization,
                                "select stripe_id from %s where stripe_id = '%s'".formatted(endpoint.table(), id)))
                        .containsExactly(id));
    }

    private static String url(ServerAddress address) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        address.username(),
                        address.password().reveal(),
                        address.host(),
                        address.port(),
                        address.database());
    }
}
