package dev.webhookdb.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.ingest.TestLog;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the books explain, and what the auditor finds. */
class AuditorTest {
    private static PlatformDatabase platform;
    private static Database database;

    /** An hour of which nothing is left to come. */
    private final Instant received = Instant.now().truncatedTo(ChronoUnit.DAYS).minusSeconds(1);

    private TestLog log;

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
        run("""
                insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme');
                insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                values (1, 'svi_1', 1, 'fixture'), (2, 'svi_2', 1, 'fixture')""");
        log = new TestLog(database);
    }

    @AfterEach
    void clear() {
        log.close();
        run(
                "truncate webhook_segment, webhook_row, webhook_queue, webhook_outcome, webhook_ledger, webhook_outcome_count, organization cascade");
        run("update webhook_ledger_start set since = '-infinity'");
    }

    @Test
    void what_waits_and_what_was_refused_is_no_loss() {
        log.accept(1, received, "a");
        log.reject(1, received, "b");
        log.answer(1, received, "c");

        assertThat(Auditor.audit(database)).isEmpty();
        assertThat(books()).containsExactly("1 1 0 0");
    }

    @Test
    void a_webhook_that_vanished_from_the_queue_is_found_once_with_its_endpoint_and_hour() {
        log.accept(1, received, "a");
        log.accept(2, received, "b");
        log.accept(2, received, "c");
        run("delete from webhook_queue where endpoint_id = 2");

        assertThat(Auditor.audit(database))
                .extracting(Imbalance::endpoint, Imbalance::hour, Imbalance::webhooks, Imbalance::isSurplus)
                .containsExactly(tuple("svi_2", received.truncatedTo(ChronoUnit.HOURS), 2L, false));
        assertThat(Auditor.audit(database)).isEmpty();
        assertThat(Imbalance.open(database)).extracting(Imbalance::webhooks).containsExactly(2L);
    }

    @Test
    void a_webhook_that_was_logged_and_not_queued_is_found() {
        run("create function forget() returns trigger language plpgsql as $$ begin return null; end $$");
        run("create trigger forget before insert on webhook_queue for each row execute function forget()");
        try {
            log.accept(1, received, "a");
        } finally {
            run("drop function forget() cascade");
        }

        assertThat(Auditor.audit(database)).extracting(Imbalance::webhooks).containsExactly(1L);
    }

    @Test
    void more_than_came_is_a_surplus() {
        run("""
                insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                values (1, 1, now(), now()), (2, 1, now(), now())""");

        assertThat(Auditor.audit(database)).singleElement().satisfies(found -> {
            assertThat(found.isSurplus()).isTrue();
            assertThat(found.webhooks()).isEqualTo(-2);
        });
        assertThat(Imbalance.surplus(Imbalance.open(database))).isEqualTo(2);
        assertThat(Imbalance.lost(Imbalance.open(database))).isZero();
    }

    @Test
    void a_loss_that_comes_back_is_none() {
        log.accept(1, received, "a");
        run("create table aside as table webhook_queue");
        run("delete from webhook_queue");
        Auditor.audit(database);
        run("insert into webhook_queue table aside");
        run("drop table aside");
        Auditor.audit(database);

        assertThat(Imbalance.open(database)).isEmpty();
    }

    @Test
    void what_is_under_way_is_neither_lost_nor_counted_twice() throws InterruptedException {
        log.accept(1, received, "a");
        var begun = new CountDownLatch(1);
        var looked = new CountDownLatch(1);
        Thread settling = Thread.ofVirtual()
                .start(() -> database.run(session -> {
                    session.sql("with gone as (delete from webhook_queue returning *) " + Ledger.settled("gone"))
                            .execute();
                    begun.countDown();
                    awaitUninterruptibly(looked);
                }));
        begun.await();

        assertThat(Auditor.audit(database)).isEmpty();
        looked.countDown();
        settling.join();
        assertThat(Auditor.audit(database)).isEmpty();
        assertThat(books()).containsExactly("1 1 0 1");
    }

    @Test
    void rows_of_an_endpoint_and_hour_are_added_up() {
        for (int i = 0; i < 5; i++) {
            log.accept(1, received, "a");
            log.accept(1, received.minus(Duration.ofHours(1)), "b");
        }
        assertThat(books()).hasSize(10);

        Auditor.audit(database);

        assertThat(books()).containsExactly("1 5 0 0", "1 5 0 0");
    }

    @Test
    void what_is_old_is_forgotten_when_nothing_of_it_waits() {
        Instant old = Instant.now().minus(Books.KEPT).minus(Duration.ofDays(1));
        book(1, old, 3, 3);
        book(1, received, 1, 1);
        queued(7, 1, old);
        book(1, old, 1, 0);

        Auditor.audit(database);
        assertThat(books()).containsExactly("1 4 0 3", "1 1 0 1");

        run("with gone as (delete from webhook_queue returning *) " + Ledger.settled("gone"));
        assertThat(Auditor.audit(database)).isEmpty();
        assertThat(books()).containsExactly("1 1 0 1");
    }

    @Test
    void what_nobody_wrote_down_before_the_books_began_is_no_loss_and_no_surplus() {
        run(
                "update webhook_ledger_start set since = date_bin('1 hour', now() + interval '70 minutes', '2000-01-01 00:00Z')");
        queued(7, 1, Instant.now());
        queued(8, 1, Instant.now());
        run("with gone as (delete from webhook_queue where webhook_id = 7 returning *) " + Ledger.settled("gone"));
        run("delete from webhook_queue");

        assertThat(Auditor.audit(database)).isEmpty();
    }

    @Test
    void an_endpoint_that_is_gone_is_nobodys() {
        log.accept(2, received, "a");
        run("delete from webhook_queue");
        Auditor.audit(database);
        log.accept(2, received, "a");
        run("delete from endpoint where id = 2");
        run("delete from webhook_queue");

        assertThat(Auditor.audit(database)).isEmpty();
        assertThat(Imbalance.open(database)).isEmpty();
    }

    @Test
    void of_two_hosts_one_writes_down_what_is_found() throws InterruptedException {
        log.accept(1, received, "a");
        run("delete from webhook_queue");
        var begun = new CountDownLatch(1);
        var looked = new CountDownLatch(1);
        Thread other = Thread.ofVirtual()
                .start(() -> database.run(session -> {
                    session.sql("select pg_advisory_xact_lock(hashtextextended('webhookdb.auditor', 0))")
                            .list(row -> "");
                    begun.countDown();
                    awaitUninterruptibly(looked);
                }));
        begun.await();

        assertThat(Auditor.audit(database)).isEmpty();
        looked.countDown();
        other.join();
        assertThat(Auditor.audit(database)).hasSize(1);
    }

    @Test
    void the_metric_tells_what_is_lost() {
        log.accept(1, received, "a");
        run("delete from webhook_queue");
        try (Metrics metrics = Metrics.start();
                var auditor = Auditor.start(database, metrics.audit(), new BackgroundTasks())) {
            await().untilAsserted(() -> assertThat(metrics.scrape().orElseThrow())
                    .contains("webhookdb_lost_webhooks 1.0")
                    .contains("webhookdb_surplus_webhooks 0.0"));
            assertThat(auditor).isNotNull();
        }
    }

    private static void book(long endpoint, Instant at, int accepted, int settled) {
        database.run(session -> session.sql(
                        "insert into webhook_ledger (endpoint_id, hour, accepted, settled) values (:endpoint, %s, :accepted, :settled)"
                                .formatted(Ledger.hour(":at::timestamptz")))
                .bind("endpoint", endpoint)
                .bind("at", at)
                .bind("accepted", accepted)
                .bind("settled", settled)
                .execute());
    }

    private static void queued(long id, long endpoint, Instant at) {
        database.run(session -> session.sql(
                        "insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at) values (:id, :endpoint, :at, now())")
                .bind("id", id)
                .bind("endpoint", endpoint)
                .bind("at", at)
                .execute());
    }

    private static List<String> books() {
        return database.transaction(session -> session.sql(
                        "select concat_ws(' ', endpoint_id, accepted, requeued, settled) as line from webhook_ledger order by hour, endpoint_id")
                .list(row -> row.text("line")));
    }

    private static void run(String statement) {
        database.run(session -> session.sql(statement).execute());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
