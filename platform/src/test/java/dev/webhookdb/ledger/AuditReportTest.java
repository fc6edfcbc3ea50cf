package dev.webhookdb.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.ingest.TestLog;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of one integration. */
class AuditReportTest {
    private PlatformDatabase platform;
    private Database database;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
        run("insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')");
        run("""
                insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                values (1, 'svi_1', 1, 'acme'), (2, 'svi_2', 1, 'acme')""");
        run("""
                insert into integration (id, opaque_id, endpoint_id, organization_id, service_name, table_name) overriding system value
                values (5, 'svi_1', 1, 1, 'acme_order_v1', 'acme_order_v1_0000'), (6, 'svi_2', 2, 1, 'acme_order_v1', 'acme_order_v1_0001')""");
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void an_integration_of_which_nothing_is_known_has_only_zeros() {
        assertThat(AuditReport.of(database, 5, 1)).isEqualTo(new AuditReport(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void everything_that_is_its_own_is_counted() {
        run("update webhook_ledger_start set since = '-infinity'");
        try (var log = new TestLog(database);
                var changed = ChangedRowCounts.start(database, new BackgroundTasks())) {
            for (int endpoint : new int[] {1, 1, 1, 1, 2}) {
                log.accept(endpoint, Instant.now(), "a");
            }
            changed.add(5, 3);
            changed.add(5, 4);
            changed.add(6, 1);
            changed.add(7, 1);
        }
        run("""
                with gone as (
                  delete from webhook_queue where webhook_id = (select max(webhook_id) from webhook_queue where endpoint_id = 1) returning *
                )
                """ + Ledger.settled("gone"));
        run(
                "delete from webhook_queue where webhook_id = (select min(webhook_id) from webhook_queue where endpoint_id = 1)");
        Auditor.audit(database);
        run("""
                insert into subscription (id, opaque_id, organization_id, integration_id, sealed_url, sealed_secret, events, created_by)
                overriding system value values (1, 'wh_1', 1, 5, '', '', '{}', 'ann'), (2, 'wh_2', 1, null, '', '', '{}', 'ann')""");
        run("""
                insert into delivery_statistic (subscription_id, hour, succeeded, failed)
                values (1, date_trunc('hour', now()), 8, 2), (1, now() - interval '9 days', 1, 0), (2, now(), 1, 0)""");
        run("""
                insert into sync_target (id, opaque_id, organization_id, integration_id, kind, sealed_url, sealed_secret, page_size, timeout_seconds, status, created_by)
                overriding system value values (1, 'syt_1', 1, 5, 'http', '', '', 1, 1, 'active', 'ann')""");
        run("insert into sync_statistic (target_id, hour, pages, rows) values (1, now(), 6, 600)");

        assertThat(AuditReport.of(database, 5, 1)).isEqualTo(new AuditReport(4, 0, 1, 2, 1, 0, 7, 8, 6, 600));
    }

    private void run(String statement) {
        database.run(session -> session.sql(statement).execute());
    }
}
