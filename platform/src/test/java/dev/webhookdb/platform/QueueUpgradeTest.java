package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waited in the queues of an older version is in those of this one. */
class QueueUpgradeTest {
    private static final String BEFORE = "22";

    @Test
    void what_waited_before_the_tables_became_one_kind_of_queue_waits_afterwards_and_what_ended_does_not() {
        ServerAddress address = TestPostgres.freshAddress();
        OldSchema.make(address, BEFORE);
        try (Database old = TestPostgres.open(address)) {
            old.run(session -> session.sql("""
                            insert into organization (key, name) values ('acme', 'Acme');
                            insert into endpoint (opaque_id, organization_id, connector_id) select 'svi_1', id, 'acme' from organization;
                            insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name)
                            select 'svi_1', id, organization_id, 'acme_order_v1', 'acme_order_v1_0000' from endpoint;
                            insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at, attempts, error)
                            values ('mail-1', 'ann@example.com', 'Hello', '', now(), now() + interval '1 hour', 2, 'It is down.');
                            insert into error_handler (opaque_id, organization_id, sealed_url, created_by)
                            select 'erh_1', id, '', 'ann' from organization;
                            insert into alert (organization_id, cause, subject, created_at) select id, 'failed', 'svi_1', now() from organization;
                            insert into alert_delivery (alert_id, handler_id, notice, due_at, expires_at)
                            select alert.id, error_handler.id, '{}', now(), now() + interval '1 day' from alert, error_handler;
                            insert into backfill_job (opaque_id, integration_id, cause, state, error, host, finished_at)
                            select 'bfj_1', id, 'user', 'failed', 'The key is wrong.', gen_random_uuid(), now() from integration;
                            insert into backfill_job (opaque_id, integration_id, cause, state, deaths, host, held_until)
                            select 'bfj_2', id, 'user', 'running', 1, gen_random_uuid(), now() - interval '1 minute' from integration;
                            insert into database_migration (organization_id, source, destination, author, state, error)
                            select id, 'here', 'there', 'ann', 'failed', 'It is full.' from organization;
                            insert into database_migration (organization_id, source, destination, author)
                            select id, 'here', 'there', 'ann' from organization""").execute());
        }

        SchemaMigrations.apply(address);

        try (Database database = TestPostgres.open(address)) {
            assertThat(rows(database, "select recipient, attempts, deaths, reason from mail where due_at <= now()"))
                    .containsExactly("(ann@example.com,2,0,\"It is down.\")");
            assertThat(rows(database, """
                            select organization.key from alert_delivery join organization on organization.id = organization_id
                            where due_at <= now()""")).containsExactly("(acme)");
            assertThat(rows(database, """
                            select opaque_id, organization.key, due_at <= now(), claimed_by is not null, deaths, reason
                            from backfill_job join organization on organization.id = organization_id order by opaque_id"""))
                    .containsExactly("(bfj_1,acme,,f,0,\"The key is wrong.\")", "(bfj_2,acme,t,t,1,)");
            assertThat(rows(database, "select state, due_at <= now(), reason from database_migration order by id"))
                    .containsExactly("(failed,,\"It is full.\")", "(enqueued,t,)");
        }
    }

    private static List<String> rows(Database database, String query) {
        return database.transaction(session -> session.sql("select one::text as row from (%s) as one".formatted(query))
                .list(row -> row.text("row")));
    }
}
