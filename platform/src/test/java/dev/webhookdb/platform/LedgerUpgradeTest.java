package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.sql.Database;
import org.junit.jupiter.api.Test;

/** What an older version left in the queue, and went on writing for some minutes, is not in the books, and raises no alarm. */
class LedgerUpgradeTest {
    private static final String BEFORE = "45";

    @Test
    void counting_begins_with_a_full_hour_after_an_upgrade() {
        ServerAddress address = TestPostgres.freshAddress();
        OldSchema.make(address, BEFORE);
        try (Database old = TestPostgres.open(address)) {
            old.run(session -> session.sql("""
                            insert into organization (key, name) values ('acme', 'Acme');
                            insert into endpoint (opaque_id, organization_id, connector_id) select 'svi_1', id, 'acme' from organization;
                            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                            select 1, id, now() - interval '1 day', now() from endpoint""").execute());
        }

        SchemaMigrations.apply(address);

        try (Database database = TestPostgres.open(address)) {
            database.run(session -> session.sql("""
                            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                            select 2, id, now(), now() from endpoint""").execute());
            assertThat(Auditor.audit(database)).isEmpty();
            assertThat(database.<String>transaction(session -> session.sql("""
                            select case when since between now() + interval '10 minutes' and now() + interval '70 minutes'
                              and date_trunc('hour', since) = since then 'soon' else since::text end as since
                            from webhook_ledger_start""").one(row -> row.text("since"))))
                    .isEqualTo("soon");
        }
    }

    @Test
    void a_new_installation_counts_from_its_first_webhook_on() {
        try (Database database = TestPostgres.open(TestPostgres.platformAddress())) {
            assertThat(database.<Boolean>transaction(session -> session.sql(
                                    "select since < now() - interval '7 days' as past from webhook_ledger_start")
                            .one(row -> row.flag("past"))))
                    .isTrue();
        }
    }
}
