package dev.webhookdb.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of webhooks that the auditor misses. */
class DetectorTest {
    private final Instant now = Instant.now();
    private PlatformDatabase platform;
    private Database database;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        run("insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')");
        run("""
                insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                values (1, 'svi_1', 1, 'acme')""");
        run("""
                insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name)
                values ('svi_1', 1, 1, 'acme_order_v1', 'acme_order_v1_0000')""");
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void what_is_lost_is_told_once_with_the_command_that_stores_it() {
        found("2026-11-27 10:00Z", 2);
        found("2026-11-27 12:00Z", 1);

        assertThat(look(now)).singleElement().satisfies(incident -> {
            assertThat(incident.cause()).isEqualTo(Incident.Cause.LOST);
            assertThat(incident.sentence())
                    .isEqualTo("Webhooks for acme_order_v1_0000 were acknowledged and are lost.");
            assertThat(incident.number()).isEqualTo(3);
            assertThat(incident.reason()).isEqualTo("""
                            3 received between 2026-11-27T10:00:00Z and 2026-11-27T13:00:00Z. 'webhookdb replay --integration svi_1 \
                            --state done --since 2026-11-27T10:00:00Z --until 2026-11-27T13:00:00Z' stores them from the log.""");
            assertThat(incident.remedy()).contains("'webhookdb integrations compare svi_1'");
        });
        assertThat(look(now.plusSeconds(60))).isEmpty();
    }

    @Test
    void what_is_found_within_a_day_of_an_alert_is_told_after_it() {
        found("2026-11-27 10:00Z", 2);
        look(now);
        run("insert into alert (organization_id, cause, subject, created_at) values (1, 'lost', 'svi_1', now())");
        found("2026-11-27 11:00Z", 5);

        assertThat(look(now.plus(Duration.ofHours(20)))).isEmpty();
        assertThat(look(now.plus(Duration.ofHours(25))))
                .extracting(Incident::number)
                .containsExactly(5L);
    }

    @Test
    void what_was_counted_twice_is_told_apart_and_what_was_replayed_is_not_told() {
        found("2026-11-27 10:00Z", -2);
        found("2026-11-27 11:00Z", 3);
        run("update webhook_imbalance set replayed_at = now() where webhooks = 3");

        assertThat(look(now)).singleElement().satisfies(incident -> {
            assertThat(incident.cause()).isEqualTo(Incident.Cause.SURPLUS);
            assertThat(incident.number()).isEqualTo(2);
            assertThat(incident.reason())
                    .isEqualTo("2 received between 2026-11-27T10:00:00Z and 2026-11-27T11:00:00Z.");
        });
    }

    @Test
    void a_closed_organization_is_told_when_it_is_open_again() {
        found("2026-11-27 10:00Z", 2);
        run("update organization set closed_at = now()");
        assertThat(look(now)).isEmpty();

        run("update organization set closed_at = null");
        assertThat(look(now)).hasSize(1);
    }

    private List<Incident> look(Instant at) {
        return database.transaction(session -> Detector.find(session, at));
    }

    private void found(String hour, long webhooks) {
        run("insert into webhook_imbalance (endpoint_id, hour, webhooks) values (1, '%s', %d)"
                .formatted(hour, webhooks));
    }

    private void run(String statement) {
        database.run(session -> session.sql(statement).execute());
    }
}
