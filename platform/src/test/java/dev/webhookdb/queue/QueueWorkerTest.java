package dev.webhookdb.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Failure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that work on a queue hear of rows, keep them, and give them back. */
class QueueWorkerTest {
    /** Less than the safety poll, so that nothing passes because of it. */
    private static final long SOON_SECONDS = 7;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BackgroundTasks tasks = new BackgroundTasks();
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private final Set<UUID> claims = ConcurrentHashMap.newKeySet();
    private Parcels parcels;
    private WakeUps wakeUps;

    @BeforeEach
    void open() {
        parcels = new Parcels();
        wakeUps = WakeUps.start(parcels.database, tasks);
        awaitListening();
    }

    @AfterEach
    void close() {
        wakeUps.close();
        parcels.close();
    }

    @Test
    void a_row_that_another_host_puts_in_is_worked_on_at_once() throws InterruptedException {
        try (QueueWorker<String> worker = start(this::succeed)) {
            awaitIdle();
            parcels.add(1, "a");

            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("a");
            await().atMost(PATIENCE).until(() -> parcels.column("id").isEmpty());
            assertThat(worker.keys()).isEmpty();
        }
    }

    @Test
    void rows_are_heard_of_again_after_every_connection_was_cut() throws InterruptedException {
        try (QueueWorker<String> worker = start(this::succeed)) {
            parcels.add(1, "before");
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("before");

            cutConnections();
            parcels.add(1, "while nobody listens");
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("while nobody listens");

            awaitListening();
            parcels.add(1, "after");
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("after");
            assertThat(worker.keys()).hasSizeLessThan(2);
        }
    }

    @Test
    void a_row_that_becomes_due_later_is_worked_on_then() throws InterruptedException {
        parcels.add(1, "a");
        parcels.set("due_at = clock_timestamp() + interval '2 seconds'");
        try (QueueWorker<String> worker = start(this::succeed)) {
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("a");
            assertThat(worker.keys()).hasSizeLessThan(2);
        }
    }

    /** Also where it becomes due between the look for what is due and the look for what will be. */
    @Test
    void rows_that_become_due_in_a_moment_are_all_worked_on_then() throws InterruptedException {
        try (QueueWorker<String> worker = start(this::succeed)) {
            awaitIdle();
            for (int i = 0; i < 200; i++) {
                parcels.addDueIn(Duration.ofMillis(i % 10), 1, "row " + i);
                assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("row " + i);
            }
            assertThat(worker.keys()).hasSizeLessThan(2);
        }
    }

    /** Who locked it need not say anything afterwards: that somebody wanted what is wanted already changes nothing. */
    @Test
    void a_row_that_somebody_locks_while_it_becomes_due_is_worked_on_soon_after() throws InterruptedException {
        try (QueueWorker<String> worker = start(this::succeed)) {
            awaitIdle();
            Instant due = Instant.now().plusMillis(500);
            parcels.addDueIn(Duration.ofMillis(500), 1, "locked");

            parcels.database.run(session -> {
                session.sql("select id from parcel for update").list(row -> row.number("id"));
                awaitLookAfter(due);
            });

            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("locked");
            assertThat(worker.keys()).hasSizeLessThan(2);
        }
    }

    @Test
    void work_that_takes_longer_than_its_lease_keeps_it_and_no_other_host_begins() throws InterruptedException {
        var finish = new CountDownLatch(1);
        LeasedQueue<String> elsewhere = parcels.host();
        LeasedQueue<String> here = parcels.host(Parcels.TABLE, Duration.ofSeconds(2));
        try (QueueWorker<String> worker = QueueWorker.start(
                here,
                4,
                lease -> {
                    done.add("begun");
                    finish.await();
                    return new Result.Done();
                },
                wakeUps,
                tasks)) {
            parcels.add(1, "long");
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("begun");

            await().during(Duration.ofSeconds(4))
                    .atMost(PATIENCE)
                    .until(() -> elsewhere.claim(1).isEmpty());

            finish.countDown();
            await().atMost(PATIENCE).until(() -> parcels.column("id").isEmpty());
            assertThat(done).isEmpty();
            assertThat(worker.keys()).isEmpty();
        }
    }

    @Test
    void whatever_work_throws_is_an_attempt_with_a_reason_and_the_others_go_on() throws InterruptedException {
        parcels.add(1, "bad");
        parcels.add(1, "good");
        try (QueueWorker<String> worker = start(lease -> {
            if (lease.payload().equals("bad")) {
                throw new AssertionError("as expected");
            }
            return succeed(lease);
        })) {
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("good");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(parcels.column("reason"))
                            .containsExactly("The host met an unexpected AssertionError; its log says where."));
            assertThat(worker.keys()).isEmpty();
        }
    }

    @Test
    void a_host_that_stops_gives_back_what_it_does_not_finish_even_if_that_fails_for_it() throws InterruptedException {
        parcels.add(1, "a");
        try (QueueWorker<String> worker = start(lease -> {
            done.add("begun");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return new Result.Failed(Failure.of(Kind.TRANSIENT), "It was cut off.");
            }
            return new Result.Done();
        })) {
            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("begun");
            worker.close(Duration.ZERO);
        }

        assertThat(parcels.host().claim(10).leases()).singleElement().satisfies(lease -> {
            assertThat(lease.attempts()).isEqualTo(1);
            assertThat(lease.deaths()).isZero();
        });
    }

    @Test
    void what_was_done_while_the_database_went_away_is_written_down_when_it_is_back() throws InterruptedException {
        try (QueueWorker<String> worker = start(lease -> {
            cutConnections();
            return succeed(lease);
        })) {
            parcels.add(1, "a");

            assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo("a");
            await().atMost(PATIENCE).until(() -> parcels.column("id").isEmpty());
            assertThat(done).as("once").isEmpty();
            assertThat(worker.keys()).isEmpty();
        }
    }

    @Test
    void rows_that_are_done_at_once_are_claimed_many_at_a_time_where_that_is_wanted() throws InterruptedException {
        Duration gathering = Duration.ofMillis(200);
        try (QueueWorker<String> worker =
                QueueWorker.start(parcels.host(), 1_000, gathering, this::succeed, wakeUps, tasks)) {
            awaitListening();
            long begun = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                parcels.add(1, "row " + i);
            }
            Duration adding = Duration.ofNanos(System.nanoTime() - begun);
            for (int i = 0; i < 50; i++) {
                assertThat(done.poll(SOON_SECONDS, TimeUnit.SECONDS)).isNotNull();
            }
            await().atMost(PATIENCE).until(() -> parcels.column("id").isEmpty());
            assertThat(claims.size()).isLessThanOrEqualTo((int) adding.dividedBy(gathering) + 3);
            assertThat(worker.keys()).isEmpty();
        }
    }

    private Result succeed(Lease<String> lease) {
        claims.add(lease.claim());
        done.add(lease.payload());
        return new Result.Done();
    }

    private QueueWorker<String> start(QueueWorker.Work<String> work) {
        return QueueWorker.start(parcels.host(), 4, work, wakeUps, tasks);
    }

    private void awaitIdle() {
        awaitLookAfter(Instant.MIN);
    }

    private void awaitLookAfter(Instant time) {
        await().atMost(PATIENCE)
                .until(() -> tasks.states().stream()
                        .filter(task -> task.name().equals("parcel-claim"))
                        .anyMatch(task ->
                                task.succeededAt().filter(time::isBefore).isPresent()));
    }

    private void awaitListening() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> !parcels.database
                        .<List<Integer>>transaction(session -> session.sql("""
                        select pid from pg_stat_activity
                        where datname = current_database() and query in ('listen webhookdb_queue', 'select 1 as alive')""").list(row -> row.integer("pid")))
                        .isEmpty());
    }

    private void cutConnections() {
        parcels.database.run(session -> session.sql("""
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()""").list(row -> true));
    }
}
