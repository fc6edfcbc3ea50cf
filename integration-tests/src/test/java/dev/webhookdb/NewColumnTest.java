package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestConnector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newer connector declares columns that an older one did not: tables with rows get them, filled, while webhooks arrive. */
class NewColumnTest {
    private static final int ROWS = 5_000;
    private static final Duration FILLED = Duration.ofSeconds(30);
    private static final String NEW_COLUMNS =
            ", text(\"status\").index(), timestamp(\"paid_at\").via(new Conversion.UnixSeconds())";

    @TempDir
    private Path directory;

    @Test
    void old_rows_are_filled_new_ones_bring_their_values_and_the_index_is_valid() {
        install("1.0.0", "");
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Made things = host.integrateOpen("columns", "fixture_thing_v1");
            insertOldRows(host, things);
            host.stop();

            install("2.0.0", NEW_COLUMNS);
            host.start();
            for (int i = 0; i < 20; i++) {
                send(host, things, "new_" + i);
            }
            // known before, and changed while old rows are being filled
            send(host, things, "old_" + ROWS);

            await().atMost(FILLED).until(() -> notes(host).isEmpty() && validIndexes(host, things) == 1);
            await().until(() -> host.count("columns", "done") == 21);
            assertThat(host.sql("columns", """
                            select count(*), count(*) filter (where status = data ->> 'status'),
                              count(*) filter (where paid_at = to_timestamp((data ->> 'paid_at')::bigint))
                            from %s""".formatted(things.table())))
                    .containsExactly("%1$d|%1$d|%1$d".formatted(ROWS + 20));
            assertThat(host.sql("columns", "select status from %s where id = 'old_%d'".formatted(things.table(), ROWS)))
                    .containsExactly("sent");
        }
    }

    @Test
    void a_fill_that_a_crash_cut_short_is_finished_at_the_next_start() {
        install("2.0.0", NEW_COLUMNS);
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Made things = host.integrateOpen("columns", "fixture_thing_v1");
            insertOldRows(host, things);
            // what a host leaves that died after the first chunk, and while it built the index
            host.administer(
                    "columns",
                    "insert into webhookdb.column_fill values ('%1$s', 'status', 2001), ('%1$s', 'paid_at', 2001)"
                            .formatted(things.table()),
                    "update pg_index set indisvalid = false where indexrelid = 'public.%s_status_idx'::regclass"
                            .formatted(things.table()));
            assertThat(validIndexes(host, things)).isZero();

            host.stop();
            host.start();

            await().atMost(FILLED).until(() -> notes(host).isEmpty() && validIndexes(host, things) == 1);
            assertThat(host.sql(
                            "columns",
                            "select count(*) from %s where pk > 2000 and status = 'old' and paid_at is not null"
                                    .formatted(things.table())))
                    .containsExactly(Integer.toString(ROWS - 2_000));
        }
    }

    private void install(String version, String columns) {
        TestConnector.named("fixture")
                .manifest("Connector-Version", version)
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").key(text("id"))
                            .columns(timestamp("updated").asOf()%s).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""".formatted(columns))
                .read("return List.of(Item.upsert(body, request.receivedAt()));")
                .writeTo(directory.resolve("connectors/fixture.jar"));
    }

    private static void insertOldRows(RunningHost host, Made things) {
        host.administer("columns", """
                insert into public.%s (id, data, _as_of, _rank, _seen, _change)
                select 'old_' || n, jsonb_build_object('id', 'old_' || n, 'status', 'old', 'paid_at', 1700000000 + n),
                  '2026-01-01', 1, '{}', nextval('webhookdb.changes')
                from generate_series(1, %d) as n""".formatted(things.table(), ROWS));
    }

    private static void send(RunningHost host, Made things, String id) {
        String body = "{\"id\":\"%s\",\"status\":\"sent\",\"paid_at\":1800000000}".formatted(id);
        assertThat(host.deliver(things, body).status()).isEqualTo(202);
    }

    private static List<String> notes(RunningHost host) {
        return host.asAdministrator("columns", "select column_name from webhookdb.column_fill");
    }

    private static int validIndexes(RunningHost host, Made things) {
        return host.asAdministrator("columns", """
                        select indexrelid::regclass::text as name from pg_index
                        where indexrelid = to_regclass('public.%s_status_idx') and indisvalid""".formatted(things.table())).size();
    }
}
