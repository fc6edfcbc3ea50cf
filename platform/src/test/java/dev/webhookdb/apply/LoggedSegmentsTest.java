package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.ingest.TestLog;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.webhooklog.LogEdits;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each webhook of a segment is one of its own: listed, shown, taken, erased, accepted and lost without the others. */
class LoggedSegmentsTest {
    private static final Queue.Except NOTHING = new Queue.Except(new long[0], new long[0]);
    private static final Set<State> ALL = EnumSet.allOf(State.class);
    private static final Integration INTEGRATION = new Integration(1, "svi_1", 1, 1, "fixture", "fixture_1");

    private static PlatformDatabase platform;
    private static Database database;

    private final Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(2));
    private TestLog log;
    private Queue queue;
    private Webhooks webhooks;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_row", "webhook_outcome");
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void start() {
        run("insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')");
        run("""
                insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                select id, 'svi_' || id, 1, 'fixture' from generate_series(1, 2) as id""");
        log = new TestLog(database);
        queue = new Queue(database, "https://example.org");
        webhooks = new Webhooks(database, URI.create("https://example.org"));
    }

    @AfterEach
    void clear() {
        log.close();
        run(
                "truncate webhook_segment, webhook_row, webhook_queue, webhook_outcome, webhook_in_hand, webhook_ledger, webhook_outcome_count, organization cascade");
    }

    @Test
    void what_one_commit_holds_for_one_endpoint_and_second_is_one_segment() {
        log.together(1, second, false, bodies(0, 200));
        log.together(2, second.plusMillis(999), true, bodies(0, 3));
        log.together(2, second.plusMillis(1_000), false, bodies(0, 1));

        assertThat(
                        texts(
                                "select endpoint_id || ' ' || cardinality(ids) || ' ' || rejected as value from webhook_segment"))
                .containsExactlyInAnyOrder("1 200 0", "2 3 3", "2 1 0");
    }

    @Test
    void ids_of_different_blocks_are_in_different_segments_so_that_no_others_are_between() {
        texts("select setval('webhook_id', 5001)::text as value");
        log.together(1, second, false, bodies(0, 2_500));

        assertThat(texts("""
                select count(*)::text as value from webhook_segment as one join webhook_segment as other
                  on other.first_id between one.first_id and one.last_id and other.first_id <> one.first_id""")).containsExactly("0");
        assertThat(claimed(3_000)).containsExactlyInAnyOrderElementsOf(bodies(0, 2_500));
    }

    @Test
    void pages_go_through_segments_and_rows_of_an_older_version_in_order() {
        row(1, 1_000_001, second.minusSeconds(1), "row1");
        log.together(1, second, false, List.of("a", "b", "c"));
        row(1, 1_000_002, second.plusSeconds(1), "row2");
        log.together(1, second.plusSeconds(2), false, List.of("d", "e"));

        List<String> read = new ArrayList<>();
        Optional<Position> before = Optional.empty();
        while (true) {
            List<LoggedWebhook> page = webhooks.newest(window(), ALL, before, 2);
            if (page.isEmpty()) {
                break;
            }
            page.forEach(one -> read.add(body(one.position())));
            before = Optional.of(page.getLast().position());
        }

        assertThat(read).containsExactly("e", "d", "row2", "c", "b", "a", "row1");
    }

    @Test
    void a_replay_takes_all_of_a_time_of_whatever_form_and_knows_their_sizes() {
        row(1, 1_000_001, second.minusSeconds(1), "row1");
        log.together(1, second, false, List.of("a", "b"));
        assertThat(claimed(10)).containsExactlyInAnyOrder("a", "b");
        run("delete from webhook_queue");

        assertThat(webhooks.replay(window(), ALL)).isEqualTo(3);

        assertThat(texts("select bytes::text as value from webhook_queue order by received_at, webhook_id"))
                .containsExactly("4", "1", "1");
        assertThat(claimed(10)).containsExactlyInAnyOrder("row1", "a", "b");
    }

    @Test
    void one_of_a_segment_is_erased_and_the_others_stay_as_they_are() {
        log.together(1, second, false, List.of("{\"id\":\"cus_1\"}", "{\"id\":\"cus_2\"}"));
        log.together(1, second, true, List.of("{\"id\":\"cus_1\"}", "{\"id\":\"cus_3\"}"));
        row(1, 1_000_001, second, "{\"id\":\"cus_1\"}");

        new ErasedWebhooks(database).erase(INTEGRATION, "cus_1", true);

        assertThat(texts("""
                select convert_from(body, 'UTF8') || ' ' || verdict || ' ' || coalesce(size, 0) || ' ' || bytes as value
                from webhook order by 1"""))
                .containsExactly(
                        " 1 14 0", " 3 0 0", " 3 0 0", "{\"id\":\"cus_2\"} 0 0 14", "{\"id\":\"cus_3\"} 1 0 14");
        assertThat(claimed(10)).containsExactly("{\"id\":\"cus_2\"}");
    }

    @Test
    void all_that_came_to_an_endpoint_until_a_time_is_erased() {
        log.together(1, second, false, bodies(0, 1_100));
        log.together(1, second.plusSeconds(1), false, List.of("later"));
        log.together(2, second, false, List.of("other"));
        row(1, 1_000_001, second, "row");

        new ErasedWebhooks(database).eraseUntil(1, second);

        assertThat(texts("select convert_from(body, 'UTF8') as value from webhook where body <> '' order by 1"))
                .containsExactly("later", "other");
        assertThat(texts("select count(*)::text as value from webhook where verdict = 3"))
                .containsExactly("1101");
    }

    @Test
    void those_of_a_segment_that_are_genuine_after_all_are_accepted_and_no_others() throws Exception {
        log.together(1, second, true, bodies(0, 40));
        row(1, 1_000_001, second, "row");
        run("update webhook_row set verdict = 1");
        List<Long> ids = webhooks.newest(window(), Set.of(State.REJECTED), Optional.empty(), 100).stream()
                .map(one -> one.position().id())
                .sorted()
                .toList();
        assertThat(ids).hasSize(41);

        // two hosts at once, each with every second one, and some twice
        try (ExecutorService hosts = Executors.newFixedThreadPool(2)) {
            List<Future<List<Long>>> accepted = IntStream.range(0, 2)
                    .mapToObj(host -> hosts.submit(() -> accept(ids.stream()
                            .filter(id -> id % 4 == host || id % 4 == 2)
                            .toList())))
                    .toList();
            List<Long> both = new ArrayList<>(accepted.get(0).get());
            both.addAll(accepted.get(1).get());
            assertThat(both)
                    .containsExactlyInAnyOrderElementsOf(
                            ids.stream().filter(id -> id % 4 != 3).toList());
        }

        assertThat(texts("select id::text as value from webhook where verdict = 1 and reason is not null order by id"))
                .containsExactlyElementsOf(ids.stream()
                        .filter(id -> id % 4 == 3)
                        .map(String::valueOf)
                        .toList());
        assertThat(texts("select rejected::text as value from webhook_segment"))
                .containsExactly(texts("select count(*)::text as value from webhook where verdict = 1")
                        .getFirst());
    }

    @Test
    void a_damaged_one_fails_by_name_and_the_others_are_stored() {
        log.together(1, second, false, List.of("a", "b", "c"));
        run("update webhook_segment set bodies[2] = 'x'");

        assertThat(claimed(10)).containsExactlyInAnyOrder("a", "c");

        assertThat(webhooks.newest(window(), Set.of(State.FAILED), Optional.empty(), 10))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.reason().orElseThrow()).contains("damaged", "checksum", "send it again");
                    assertThat(one.attempts()).isEqualTo(1);
                });
        assertThat(queue.nextDue()).isPresent();
        assertThat(texts("select count(*)::text as value from webhook_queue")).containsExactly("2");
    }

    @Test
    void a_segment_that_postgresql_cannot_read_fails_by_name_and_the_others_are_stored() {
        log.together(1, second, false, List.of("a"));
        log.together(1, second, false, List.of("b", "c"));
        log.together(1, second, false, List.of("d"));
        log.together(2, second, false, List.of("e"));
        unreadable("c", () -> {
            List<String> stored = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                stored.addAll(claimed(10));
            }
            assertThat(stored).containsExactlyInAnyOrder("a", "d", "e");
        });

        assertThat(webhooks.newest(window(), Set.of(State.FAILED), Optional.empty(), 10))
                .hasSize(2)
                .allSatisfy(one ->
                        assertThat(one.reason().orElseThrow()).contains("damaged. Compressed data is corrupt. Have"));
    }

    @Test
    void a_segment_that_postgresql_cannot_read_keeps_nobody_from_erasing_what_is_in_others() {
        log.together(1, second, false, List.of("{\"id\":\"cus_1\"}"));
        log.together(1, second, false, List.of("b"));
        log.together(1, second, false, List.of("{\"id\":\"cus_1\"}", "d"));
        unreadable("b", () -> new ErasedWebhooks(database).erase(INTEGRATION, "cus_1", true));

        assertThat(texts("select convert_from(body, 'UTF8') as value from webhook where body <> '' order by 1"))
                .containsExactly("b", "d");
    }

    /** Has something done while PostgreSQL says that the segment with a body is damaged. */
    private static void unreadable(String body, Runnable work) {
        run("""
                create function read_badly(bodies bytea[]) returns bytea[] stable language plpgsql as $$
                begin
                  if '%s'::bytea = any (bodies) then
                    raise 'compressed data is corrupt' using errcode = 'data_corrupted';
                  end if;
                  return bodies;
                end $$;
                alter table webhook_segment rename to damaged_segment;
                create view webhook_segment as
                select endpoint_id, second, first_id, last_id, rejected, ids, received, methods, urls, headers, read_badly(bodies) as bodies,
                  lengths, verdicts, checksums, reasons, sizes, api_versions
                from damaged_segment;
                create function write_through() returns trigger language plpgsql as $$
                begin
                  update damaged_segment set bodies = new.bodies, lengths = new.lengths, urls = new.urls, checksums = new.checksums,
                    reasons = new.reasons, verdicts = new.verdicts, sizes = new.sizes
                  where first_id = old.first_id;
                  return new;
                end $$;
                create trigger through instead of update on webhook_segment for each row execute function write_through()""".formatted(body));
        try {
            work.run();
        } finally {
            run(
                    "drop view webhook_segment; alter table damaged_segment rename to webhook_segment; drop function read_badly, write_through");
        }
    }

    @Test
    void what_a_host_of_an_older_version_writes_and_changes_is_in_the_log() {
        run("""
                insert into webhook (id, endpoint_id, received_at, method, url, headers, body, verdict, reason, size, api_version)
                values (7, 1, '%1$s', 'POST', '/path?a', '{}', 'old', 1, 'no', null, 'v1'),
                  (8, 1, '%1$s', 'POST', '/path', '{}', 'older', 0, null, null, null)""".formatted(second));

        assertThat(texts("""
                update webhook set verdict = 0, reason = null where id = 7 and endpoint_id = 1 and received_at = '%s'
                returning reason is null and verdict = 0 as value""".formatted(second))).containsExactly("t");

        assertThat(texts("""
                select convert_from(body, 'UTF8') || verdict || coalesce(reason, '') || coalesce(api_version, '') || bytes as value
                from webhook order by id""")).containsExactly("old0v13", "older05");
        assertThat(texts("select rejected::text as value from webhook_segment")).containsExactly("0", "0");
    }

    private List<Long> accept(List<Long> ids) {
        return database.transaction(session -> LogEdits.accept(
                session,
                new LogEdits.Webhooks(
                        ids.stream().mapToLong(Long::longValue).toArray(),
                        ids.stream().mapToLong(id -> 1).toArray(),
                        ids.stream().map(id -> second).toArray(Instant[]::new))));
    }

    private List<String> claimed(int most) {
        return queue.claim(most, 1 << 20, Duration.ofMinutes(1), NOTHING).stream()
                .map(Delivery::request)
                .map(LoggedSegmentsTest::text)
                .toList();
    }

    private String body(Position position) {
        return text(webhooks.find(1, position).orElseThrow().request());
    }

    private static String text(Request request) {
        return StandardCharsets.UTF_8.decode(request.body().duplicate()).toString();
    }

    private static List<String> bodies(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "body" + n).toList();
    }

    private Webhooks.Window window() {
        return Webhooks.Window.of(1, Instant.now());
    }

    /** As an older version wrote it. */
    private static void row(long endpoint, long id, Instant at, String body) {
        database.run(session -> session.sql("""
                        insert into webhook_row (id, endpoint_id, received_at, method, url, headers, body, verdict, reason)
                        values (:id, :endpoint, :at, 'POST', '/path', '{}', convert_to(:body, 'UTF8'), 0, 'old')""")
                .bind("id", id)
                .bind("endpoint", endpoint)
                .bind("at", at)
                .bind("body", body)
                .execute());
    }

    private static List<String> texts(String sql) {
        return database.transaction(session -> session.sql(sql).list(row -> row.text("value")));
    }

    private static void run(String sql) {
        database.run(session -> session.sql(sql).execute());
    }
}
