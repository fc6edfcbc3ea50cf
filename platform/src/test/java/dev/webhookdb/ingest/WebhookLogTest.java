package dev.webhookdb.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.connector.TestSettings;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookLogTest {
    private static final AtomicLong ENDPOINTS = new AtomicLong();

    private static PlatformDatabase platform;
    private static Database database;

    private final Queue<Long> handedOver = new ConcurrentLinkedQueue<>();
    private final Endpoint endpoint =
            new Endpoint(ENDPOINTS.incrementAndGet(), "svi_1", 1, "fixture", List.of(), TestSettings.NONE);
    private final MemoryBudget memory = new MemoryBudget("webhooks", 256L << 20);
    private WebhookLog log;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
    }

    @AfterAll
    static void closePlatform() {
        platform.close();
    }

    @BeforeEach
    void start() {
        log = new WebhookLog(
                database,
                (id, to, request) -> handedOver.add(id),
                Duration.ofSeconds(15),
                new IngestLoad(),
                new BackgroundTasks(),
                Metrics.none().ingest());
    }

    @AfterEach
    void close() {
        log.close();
        await().untilAsserted(() -> assertThat(memory.charged()).isZero());
    }

    @Test
    void a_full_disk_is_known_until_something_could_be_written_again() {
        database.run(session -> session.sql("""
                        create function full_disk() returns trigger language plpgsql as
                        $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$;
                        create trigger full_disk before insert on webhook_queue for each row execute function full_disk()""").execute());
        try {
            assertThatThrownBy(() -> append(entry(LogEntry.Verdict.ACCEPTED, new byte[1])))
                    .isInstanceOf(UnavailableException.class);
            assertThat(log.isDiskFull()).isTrue();
        } finally {
            database.run(
                    session -> session.sql("drop function full_disk() cascade").execute());
        }

        append(entry(LogEntry.Verdict.ACCEPTED, new byte[1]));

        assertThat(log.isDiskFull()).isFalse();
    }

    @Test
    void what_was_appended_is_committed_queued_and_handed_over() {
        append(entry(LogEntry.Verdict.ACCEPTED, "body".getBytes(StandardCharsets.UTF_8)));

        assertThat(logged("id"))
                .containsExactlyElementsOf(
                        handedOver.stream().map(String::valueOf).toList());
        assertThat(logged("convert_from(body, 'UTF8') || ' ' || method || ' ' || url || ' ' || headers"))
                .containsExactly("body POST /path?query {\"a\":[\"b\"]}");
        assertThat(queued()).isEqualTo(1);
    }

    @Test
    void what_was_rejected_or_only_answered_is_logged_and_not_queued() {
        append(entry(LogEntry.Verdict.REJECTED, new byte[0]));
        append(entry(LogEntry.Verdict.ANSWERED, new byte[0]));

        assertThat(logged("verdict")).containsExactlyInAnyOrder("1", "2");
        assertThat(queued()).isZero();
        assertThat(handedOver).isEmpty();
    }

    @Test
    void many_callers_share_few_commits() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                calls.add(callers.submit(() -> append(entry(LogEntry.Verdict.ACCEPTED, new byte[100]))));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }

        assertThat(logged("id")).hasSize(1_000);
        assertThat(segments()).isLessThan(200);
    }

    @Test
    void a_database_that_does_not_commit_is_not_waited_for_but_what_waits_for_it_stays_charged() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> holder = callers.submit(() -> database.run(session -> {
                session.sql("lock table webhook_queue in access exclusive mode").execute();
                locked.countDown();
                awaitUninterruptibly(release);
            }));
            locked.await();

            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(callers.submit(() -> refusal(entry(LogEntry.Verdict.ACCEPTED, new byte[4 << 20]))));
            }
            List<String> refusals = new ArrayList<>();
            for (Future<String> call : calls) {
                refusals.add(call.get());
            }

            assertThat(refusals).allMatch(reason -> reason.contains("did not commit within"));
            assertThat(memory.charged()).isGreaterThanOrEqualTo(20 * (4L << 20));
            release.countDown();
            holder.get();
        }
        await().untilAsserted(() -> assertThat(refusal(entry(LogEntry.Verdict.ACCEPTED, new byte[4 << 20])))
                .isEmpty());
    }

    @Test
    void what_comes_behind_a_commit_that_takes_long_is_committed_beside_it() throws Exception {
        Endpoint slow = new Endpoint(ENDPOINTS.incrementAndGet(), "svi_2", 1, "fixture", List.of(), TestSettings.NONE);
        database.run(session -> session.sql("""
                        create function slow_insert() returns trigger language plpgsql as
                        $$ begin perform pg_sleep(1.2); return new; end $$;
                        create trigger slow_insert before insert on webhook_queue
                        for each row when (new.endpoint_id = %d) execute function slow_insert()""".formatted(slow.id())).execute());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = callers.submit(() -> append(entry(slow, LogEntry.Verdict.ACCEPTED, new byte[1])));
            await().until(() -> database.transaction(session -> session.sql(
                                    "select count(*) as sleeping from pg_stat_activity where wait_event = 'PgSleep'")
                            .one(row -> row.number("sleeping")))
                    > 0);

            append(entry(LogEntry.Verdict.ACCEPTED, new byte[1]));

            assertThat(first.isDone()).isFalse();
            first.get();
        } finally {
            database.run(session ->
                    session.sql("drop function slow_insert() cascade").execute());
        }
    }

    @Test
    void a_body_larger_than_what_is_written_at_once_is_logged() {
        append(entry(LogEntry.Verdict.REJECTED, new byte[65 << 20]));

        assertThat(logged("octet_length(body)")).containsExactly(Integer.toString(65 << 20));
    }

    @Test
    void a_closed_log_takes_nothing() {
        log.close();

        assertThatThrownBy(() -> append(entry(LogEntry.Verdict.ACCEPTED, new byte[0])))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_log_that_is_closed_while_requests_come_keeps_nobody_waiting() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                calls.add(callers.submit(() -> refusal(entry(LogEntry.Verdict.ACCEPTED, new byte[1]))));
            }
            log.close();
            long committed = 0;
            for (Future<String> call : calls) {
                String refusal = call.get();
                assertThat(refusal).isIn("", "The host is stopping.");
                committed += refusal.isEmpty() ? 1 : 0;
            }

            assertThat(logged("id")).hasSize(Math.toIntExact(committed));
        }
    }

    private void append(LogEntry entry) {
        try (MemoryBudget.Charge charge = memory.tryCharge(entry.size()).orElseThrow()) {
            log.append(entry, charge);
        }
    }

    private String refusal(LogEntry entry) {
        try {
            append(entry);
            return "";
        } catch (UnavailableException e) {
            return e.getMessage();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LogEntry entry(LogEntry.Verdict verdict, byte[] body) {
        return entry(endpoint, verdict, body);
    }

    private static LogEntry entry(Endpoint endpoint, LogEntry.Verdict verdict, byte[] body) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Request request = Request.of(now, "POST", "https://example.org/path?query", Map.of("a", List.of("b")), body);
        return LogEntry.of(endpoint, request, "/path?query", Body.of(body), verdict, Optional.empty());
    }

    private List<String> logged(String expression) {
        return database.transaction(session -> session.sql(
                        "select value::text from (select %s as value from webhook where endpoint_id = :endpoint) as found order by 1"
                                .formatted(expression))
                .bind("endpoint", endpoint.id())
                .list(row -> row.text("value")));
    }

    private long segments() {
        return database.transaction(
                session -> session.sql("select count(*) as number from webhook_segment where endpoint_id = :endpoint")
                        .bind("endpoint", endpoint.id())
                        .one(row -> row.number("number")));
    }

    private long queued() {
        return database.transaction(
                session -> session.sql("select count(*) as number from webhook_queue where endpoint_id = :endpoint")
                        .bind("endpoint", endpoint.id())
                        .one(row -> row.number("number")));
    }
}
