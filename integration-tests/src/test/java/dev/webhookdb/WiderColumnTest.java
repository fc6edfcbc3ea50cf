package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestConnector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newer connector declares a column wider than the tables have it that an older one made: no row fails, and nobody waits for long. */
class WiderColumnTest {
    private static final Duration FILLED = Duration.ofSeconds(30);
    private static final long IN_2100 = 4_102_444_800L;
    private static final long IN_2026 = 1_800_000_000L;

    @TempDir
    private Path directory;

    private RunningHost host;
    private Made things;

    @BeforeEach
    void start() {
        install("1.0.0", "integer");
        host = RunningHost.start(directory, Map.of());
        things = host.integrateOpen("wider", "fixture_thing_v1");
        send("old_soon", IN_2026);
        send("old_late", IN_2100);
        await().until(() -> host.count("wider", "done") == 2);
        assertThat(ends("old_soon", "old_late")).containsExactly(Long.toString(IN_2026), "NULL");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void a_small_table_is_widened_and_what_did_not_fit_is_filled() {
        upgrade();
        send("new_late", IN_2100);

        await().until(() -> host.count("wider", "done") == 3);
        await().atMost(FILLED)
                .until(() -> host.asAdministrator("wider", "select column_name from webhookdb.column_fill")
                        .isEmpty());
        assertThat(type()).isEqualTo("bigint");
        assertThat(ends("new_late", "old_soon", "old_late"))
                .containsExactly(Long.toString(IN_2100), Long.toString(IN_2026), Long.toString(IN_2100));
    }

    @Test
    void a_column_that_a_view_shows_stays_and_is_null_where_a_number_is_too_large() {
        host.administer("wider", "create view public.shown as select ends from public." + things.table());

        assertStaysNarrow();
    }

    @Test
    void a_large_table_is_left_alone_until_the_operator_widens_it() {
        host.administer("wider", """
                insert into public.%s (id, data, _as_of, _rank, _seen, _change)
                select 'many_' || n, jsonb_build_object('id', 'many_' || n, 'text', (select string_agg(md5(n || '/' || m), '') from generate_series(1, 55) m)),
                  '2026-01-01', 1, '{}', nextval('webhookdb.changes')
                from generate_series(1, 40000) as n""".formatted(things.table()));

        assertStaysNarrow();
        host.administer(
                "wider",
                "alter table public.%s alter column ends type bigint".formatted(things.table()),
                "insert into webhookdb.column_fill values ('%s', 'ends', 0)".formatted(things.table()));
        host.stop();
        host.start();
        send("later", IN_2100);

        await().atMost(FILLED)
                .untilAsserted(() -> assertThat(ends("later", "new_late"))
                        .containsExactly(Long.toString(IN_2100), Long.toString(IN_2100)));
    }

    @Test
    void the_release_before_still_writes_into_a_widened_table() {
        upgrade();
        send("new_late", IN_2100);
        await().until(() -> host.count("wider", "done") == 3);

        host.stop();
        install("1.0.0", "integer");
        host.start();
        send("back_soon", IN_2026);
        send("back_late", IN_2100);

        await().until(() -> host.count("wider", "done") == 5);
        assertThat(ends("back_soon", "back_late")).containsExactly(Long.toString(IN_2026), "NULL");
    }

    private void assertStaysNarrow() {
        upgrade();
        send("new_late", IN_2100);
        send("new_soon", IN_2026);

        await().until(() -> host.count("wider", "done") == 4);
        assertThat(type()).isEqualTo("integer");
        assertThat(ends("new_late", "new_soon")).containsExactly("NULL", Long.toString(IN_2026));
    }

    private void upgrade() {
        host.stop();
        install("2.0.0", "bigint");
        host.start();
    }

    private String type() {
        return host.asAdministrator(
                        "wider",
                        "select format_type(atttypid, null) from pg_attribute where attrelid = 'public.%s'::regclass and attname = 'ends'"
                                .formatted(things.table()))
                .getFirst();
    }

    private List<String> ends(String... ids) {
        return List.of(ids).stream()
                .flatMap(id -> host
                        .sql(
                                "wider",
                                "select coalesce(ends::text, 'NULL') from %s where id = '%s'"
                                        .formatted(things.table(), id))
                        .stream())
                .toList();
    }

    private void install(String version, String type) {
        TestConnector.named("fixture")
                .manifest("Connector-Version", version)
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").key(text("id"))
                            .columns(timestamp("updated").asOf(), %s("ends").index()).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""".formatted(type))
                .read("return List.of(Item.upsert(body, request.receivedAt()));")
                .writeTo(directory.resolve("connectors/fixture.jar"));
    }

    private void send(String id, long ends) {
        byte[] body = "{\"id\":\"%s\",\"ends\":%d}".formatted(id, ends).getBytes(StandardCharsets.UTF_8);
        assertThat(host.call("POST", "/v1/service_integrations/" + things.id(), body, Map.of())
                        .status())
                .isEqualTo(202);
    }
}
