package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.Partitions.Partitioned;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an older version logged is listed, counted, shown and done again, until its time is over. */
class LogUpgradeTest {
    private static final String BEFORE = "50";

    private final Instant now = Instant.parse("2026-02-26T12:00:00Z");

    @Test
    void rows_of_an_older_version_are_in_the_log_of_this_one() {
        ServerAddress address = TestPostgres.freshAddress();
        OldSchema.make(address, BEFORE);
        try (Database old = TestPostgres.open(address)) {
            old.run(session -> session.sql("""
                            insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme');
                            insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                            values (1, 'svi_1', 1, 'acme');
                            create table webhook_20260226 partition of webhook for values from ('2026-02-26Z') to ('2026-02-27Z');
                            create table webhook_outcome_20260226 partition of webhook_outcome
                            for values from ('2026-02-26Z') to ('2026-02-27Z');
                            insert into webhook (id, endpoint_id, received_at, method, url, headers, body, verdict, reason)
                            select id, 1, '2026-02-26 10:00Z', 'POST', '/path', '{}', convert_to('body' || id, 'UTF8'),
                              case when id = 1 then 1 else 0 end, case when id = 1 then 'It is not signed.' end
                            from generate_series(1, 5) as id;
                            insert into webhook_outcome (webhook_id, endpoint_id, received_at, state, reason, attempts)
                            values (2, 1, '2026-02-26 10:00Z', 1, 'Too bad.', 12), (3, 1, '2026-02-26 10:00Z', 0, 'Nothing.', 1);
                            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at) values (4, 1, '2026-02-26 10:00Z', now());
                            insert into webhook_ledger (endpoint_id, hour, accepted, settled) values (1, '2026-02-26 10:00Z', 4, 3)""").execute());
        }

        SchemaMigrations.apply(address);

        try (Database database = TestPostgres.open(address)) {
            Webhooks webhooks = new Webhooks(database, URI.create("https://example.org"));
            Webhooks.Window window = Webhooks.Window.of(1, now);
            assertThat(webhooks.newest(window, EnumSet.allOf(State.class), Optional.empty(), 10))
                    .extracting(one -> one.position().id() + " " + one.state().text())
                    .containsExactly("5 done", "4 pending", "3 ignored", "2 failed", "1 rejected");
            assertThat(webhooks.counts(window))
                    .isEqualTo(Map.of(
                            State.DONE,
                            1L,
                            State.PENDING,
                            1L,
                            State.IGNORED,
                            1L,
                            State.FAILED,
                            1L,
                            State.REJECTED,
                            1L));
            assertThat(webhooks.replay(window, EnumSet.of(State.FAILED))).isEqualTo(1);
            assertThat(texts(database, "select convert_from(body, 'UTF8') as text from webhook order by id"))
                    .containsExactly("body1", "body2", "body3", "body4", "body5");

            maintain(database, now);
            assertThat(
                            texts(
                                    database,
                                    "select inhrelid::regclass::text as text from pg_inherits where inhparent = 'webhook_row'::regclass"))
                    .containsExactly("webhook_row_20260226");
            maintain(database, now.plus(Duration.ofDays(4)));
            assertThat(texts(database, "select id::text as text from webhook")).isEmpty();
        }
    }

    private static void maintain(Database database, Instant at) {
        try (var partitions = new Partitions(
                database,
                Clock.fixed(at, ZoneOffset.UTC),
                List.of(Partitioned.ofThePast("webhook_row", Duration.ofDays(2))),
                new BackgroundTasks())) {
            partitions.maintain();
        }
    }

    private static List<String> texts(Database database, String query) {
        return database.transaction(session -> session.sql(query).list(row -> row.text("text")));
    }
}
