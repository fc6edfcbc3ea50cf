package dev.webhookdb.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Answer;
import dev.webhookdb.outbound.Receiver.Got;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P8: pages of one target go one at a time, in order, again as they are until they are acknowledged, and never after that. */
class HttpSyncTest {
    private static final Answer TAKEN = new Answer(200, Map.of(), "");
    private static final Answer DOWN = new Answer(500, Map.of(), "down");

    private static Syncing syncing;

    private Receiver receiver;

    @BeforeAll
    static void openPlatform(@TempDir Path directory) {
        syncing = new Syncing(directory);
    }

    @AfterAll
    static void closePlatform() {
        syncing.close();
    }

    @BeforeEach
    void open() throws Exception {
        syncing.begin();
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void what_changes_while_the_platform_s_database_is_away_is_sent_as_soon_as_it_is_back() {
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Syncing.ON_CHANGE);
            syncing.store(syncing.things, "a", 10, "open");
            await().until(() -> Syncing.keys(receiver.got).contains("a"));
            await().until(() -> syncing.count(
                            "sync_run where claimed_by is null and due_at > clock_timestamp() + interval '30 seconds'")
                    == 1);

            TestPostgres.allowConnections(syncing.database.name(), false);
            try {
                syncing.store(syncing.things, "b", 20, "open");
                await().during(Duration.ofSeconds(2))
                        .until(() -> !Syncing.keys(receiver.got).contains("b"));
            } finally {
                TestPostgres.allowConnections(syncing.database.name(), true);
            }

            await().until(() -> Syncing.keys(receiver.got).contains("b"));
        }
    }

    /** They may have ended for any reason, and the target is there for good. */
    @Test
    void
            hosts_that_ended_again_and_again_while_a_target_was_in_hand_put_it_off_and_count_no_more_once_a_page_is_acknowledged() {
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Syncing.ON_CHANGE);
            await().until(() -> syncing.count("sync_run where claimed_by is null and wanted is false") == 1);
            // as three hosts left it, one after the other
            syncing.database.run(session -> session.sql("""
                            update sync_run set claimed_by = gen_random_uuid(), deaths = 2,
                              due_at = clock_timestamp() - interval '1 second'""").execute());
            syncing.database.run(session -> WakeUps.tell(session, Runs.QUEUE));
            await().until(() -> syncing.standing(host, target).failures() == 1);
            SyncStanding putOff = syncing.standing(host, target);
            syncing.store(syncing.things, "a", 10, "open");

            syncing.pass(Duration.ofMinutes(2));

            await().until(() -> Syncing.keys(receiver.got).contains("a"));
            await().until(() -> syncing.count("sync_run where deaths = 0 and reason is null") == 1
                    && syncing.standing(host, target).lastError().isEmpty());
            assertThat(putOff.parked()).isEmpty();
            assertThat(putOff.lastError().orElseThrow()).startsWith("3 hosts ended");
            assertThat(putOff.nextAt().orElseThrow()).isAfter(Instant.now().plusSeconds(30));
        }
    }

    @Test
    void a_page_says_what_changed_and_who_sends_it() throws Exception {
        syncing.store(syncing.things, "a", 10, "open");
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);
            await().until(() -> receiver.got.size() == 1);

            Got page = receiver.got.getFirst();
            Json.Obj body = Syncing.json(page);
            assertThat(body.fields().keySet())
                    .containsExactly(
                            "rows",
                            "integration_id",
                            "integration_service",
                            "table",
                            "sync_timestamp",
                            "page_id",
                            "window",
                            "sequence");
            Json.Obj row = Syncing.rows(page).getFirst();
            assertThat(row.fields().keySet())
                    .containsExactlyInAnyOrder("pk", "thing_id", "status", "amount", "updated", "deleted_at", "data");
            assertThat(row.fields().get("data")).isInstanceOf(Json.Obj.class);
            assertThat(Syncing.text(body, "integration_id")).isEqualTo(syncing.things.opaqueId());
            assertThat(Syncing.text(body, "integration_service")).isEqualTo("one_thing_v1");
            assertThat(Syncing.text(body, "table")).isEqualTo(syncing.things.table());
            assertThat(Syncing.text(body, "sync_timestamp"))
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+00:00");
            assertThat(OffsetDateTime.parse(Syncing.text(body, "sync_timestamp"))
                            .toInstant())
                    .isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(Syncing.number(body, "sequence")).isEqualTo(1);
            assertThat(page.header("content-type")).isEqualTo("application/json");
            assertThat(page.header("authorization"))
                    .isEqualTo("Basic "
                            + Base64.getEncoder().encodeToString("us@er:p:ss".getBytes(StandardCharsets.UTF_8)));
            assertThat(page.header("webhook-id"))
                    .isEqualTo(Syncing.text(body, "page_id"))
                    .startsWith("pag_");
            new Webhook(target.receiver().secret().orElseThrow())
                    .verify(
                            page.body(),
                            java.net.http.HttpHeaders.of(
                                    Map.of(
                                            "webhook-id",
                                            List.of(page.header("webhook-id")),
                                            "webhook-timestamp",
                                            List.of(page.header("webhook-timestamp")),
                                            "webhook-signature",
                                            List.of(page.header("webhook-signature"))),
                                    (name, value) -> true));
        }
    }

    @Test
    void rows_come_in_the_order_of_the_apis_timestamps_then_of_their_keys() {
        List.of("f", "b", "d").forEach(key -> syncing.store(syncing.things, key, 30, "open"));
        List.of("e", "a").forEach(key -> syncing.store(syncing.things, key, 20, "open"));
        syncing.delete(syncing.things, "never seen", 5);
        syncing.store(syncing.things, "c", 10, "open");
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Terms.STANDARD.pagesOf(2));
            await().until(() -> Syncing.keys(receiver.got).size() == 7);

            assertThat(receiver.got).hasSize(4);
            // of what was never seen but deleted no timestamp is known
            assertThat(Syncing.keys(receiver.got)).containsExactly("c", "a", "e", "b", "d", "f", "never seen");
            assertThat(receiver.got.stream().map(page -> Syncing.number(Syncing.json(page), "sequence")))
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(receiver.got.stream()
                            .map(page -> Syncing.json(page).fields().get("window"))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void what_changes_is_sent_once_and_a_deletion_is_a_row() {
        syncing.store(syncing.things, "a", 1, "open");
        syncing.store(syncing.things, "b", 1, "open");
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Syncing.ON_CHANGE);
            await().until(() -> Syncing.keys(receiver.got).size() == 2);
            syncing.store(syncing.things, "b", 2, "closed");
            await().until(() -> Syncing.keys(receiver.got).size() == 3);
            syncing.store(syncing.things, "b", 3, "closed");
            syncing.delete(syncing.things, "a", 4);
            await().until(() -> Syncing.applied(receiver.got).equals(Map.of("b", "closed")));

            assertThat(Syncing.keys(receiver.got)).startsWith("a", "b", "b").contains("a");
            assertThat(syncing.held()).isEqualTo(Syncing.applied(receiver.got));
        }
    }

    /** A backfill of years ago, while newer rows have been synced long since: what counts is when it was written, not what it says. */
    @Test
    void rows_with_old_timestamps_are_not_skipped() {
        syncing.store(syncing.things, "new", 1_700_000_000, "open");
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Syncing.ON_CHANGE);
            await().until(() -> Syncing.keys(receiver.got).contains("new"));
            syncing.store(syncing.things, "old", 1_000_000_000, "open");
            await().until(() -> Syncing.keys(receiver.got).contains("old"));
        }
    }

    @Test
    void a_page_is_repeated_byte_for_byte_until_it_is_acknowledged_although_its_rows_change() {
        syncing.store(syncing.things, "a", 1, "open");
        syncing.store(syncing.things, "b", 1, "open");
        try (Syncs host = syncing.host()) {
            SyncTarget target =
                    syncing.create(host, receiver, Terms.STANDARD.pagesOf(1).every(Duration.ofDays(1)));
            await().until(() -> receiver.got.size() == 2);
            receiver.got.clear();
            AtomicBoolean up = new AtomicBoolean();
            receiver.answers(request -> up.get() ? TAKEN : DOWN);
            syncing.store(syncing.things, "a", 2, "half");
            host.targets().trigger(Syncing.SOMEBODY, target);
            await().until(() -> receiver.got.size() == 1);
            syncing.store(syncing.things, "a", 3, "closed");
            await().until(() -> receiver.got.size() == 2);
            assertThat(syncing.standing(host, target).failures()).isGreaterThanOrEqualTo(1);
            assertThat(syncing.standing(host, target).lastError()).hasValue("The endpoint answered 500: down");
            up.set(true);
            syncing.pass(Duration.ofMinutes(5));
            await().until(() -> syncing.standing(host, target).failures() == 0);

            Set<String> bodies = new HashSet<>();
            receiver.got.forEach(page -> bodies.add(page.body()));
            assertThat(bodies).hasSize(1);
            assertThat(receiver.got.stream()
                            .map(page -> page.header("webhook-id"))
                            .distinct())
                    .hasSize(1);
            int sent = receiver.got.size();
            host.targets().trigger(Syncing.SOMEBODY, target);
            await().until(() -> Syncing.applied(receiver.got).equals(Map.of("a", "closed")));
            assertThat(receiver.got).hasSize(sent + 1);
        }
    }

    @Test
    void a_page_is_counted_once_although_the_next_one_fails() {
        syncing.store(syncing.things, "a", 1, "open");
        syncing.store(syncing.things, "b", 2, "open");
        AtomicInteger requests = new AtomicInteger();
        // the trial and the first page are taken
        receiver.answers(request -> requests.incrementAndGet() <= 2 ? TAKEN : DOWN);
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.pagesOf(1));
            await().until(() -> syncing.standing(host, target).failures() == 1);

            assertThat(host.targets().statistics(target, syncing.things).hours())
                    .first()
                    .satisfies(hour -> assertThat(hour.pages()).isEqualTo(1))
                    .satisfies(hour -> assertThat(hour.rows()).isEqualTo(1));
        }
    }

    @Test
    void the_receiver_is_left_alone_for_as_long_as_it_asks() {
        syncing.store(syncing.things, "a", 1, "open");
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.every(Duration.ofDays(1)));
            await().until(() -> receiver.got.size() == 1);
            receiver.answers(503, "Retry-After", "1800");
            syncing.store(syncing.things, "a", 2, "closed");
            host.targets().trigger(Syncing.SOMEBODY, target);
            await().until(() -> syncing.standing(host, target).failures() == 1);

            await().until(() -> syncing.standing(host, target).nextAt().isPresent());
            assertThat(syncing.standing(host, target).nextAt().orElseThrow())
                    .isBetween(Instant.now().plusSeconds(1_700), Instant.now().plusSeconds(1_800));
        }
    }

    @Test
    void what_changes_while_a_window_is_sent_comes_in_the_next_one() throws Exception {
        IntStream.range(0, 5).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        try (Syncs host = syncing.host()) {
            AtomicInteger pages = new AtomicInteger();
            receiver.answers(request -> {
                // the first is the trial
                if (pages.incrementAndGet() == 2) {
                    first.countDown();
                    waitFor(changed);
                }
                return TAKEN;
            });
            syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            syncing.store(syncing.things, "k3", 99, "closed");
            syncing.store(syncing.things, "k5", 1, "open");
            changed.countDown();
            await().until(() -> Syncing.applied(receiver.got).equals(syncing.held()));

            List<String> keys = Syncing.keys(receiver.got);
            assertThat(keys).containsExactlyInAnyOrder("k0", "k1", "k2", "k3", "k4", "k5");
            assertThat(keys.subList(4, 6)).containsExactly("k5", "k3");
        }
    }

    /** The timestamp moves without a change of content, while the window is sent: the row is not sent twice because of it. */
    @Test
    void a_row_whose_timestamp_moves_on_is_sent_once() throws Exception {
        IntStream.range(0, 4).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch moved = new CountDownLatch(1);
        try (Syncs host = syncing.host()) {
            AtomicInteger pages = new AtomicInteger();
            receiver.answers(request -> {
                if (pages.incrementAndGet() == 3) {
                    second.countDown();
                    waitFor(moved);
                }
                return TAKEN;
            });
            syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
            syncing.databases
                    .open(syncing.organization.id())
                    .run(session -> session.sql("update \"%s\" set updated = to_timestamp(50) where thing_id = 'k0'"
                                    .formatted(syncing.things.table()))
                            .execute());
            moved.countDown();
            await().until(() -> Syncing.keys(receiver.got).size() >= 4);
            await().during(Duration.ofSeconds(1)).until(() -> receiver.got.size() == 4);
        }
    }

    @Test
    void one_request_at_a_time_whatever_happens() throws Exception {
        int writers = 3;
        AtomicInteger requests = new AtomicInteger();
        receiver.answers(request -> {
            pause(3);
            return requests.incrementAndGet() % 7 == 3 ? DOWN : TAKEN;
        });
        try (Syncs here = syncing.host();
                Syncs there = syncing.host();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            SyncTarget target;
            try {
                target = syncing.create(here, receiver, Syncing.ON_CHANGE.pagesOf(7));
            } catch (SyncException e) {
                target = syncing.create(here, receiver, Syncing.ON_CHANGE.pagesOf(7));
            }
            AtomicBoolean done = new AtomicBoolean();
            SyncTarget one = target;
            try {
                threads.execute(() -> {
                    while (!done.get()) {
                        (requests.get() % 2 == 0 ? here : there).targets().trigger(Syncing.SOMEBODY, one);
                        pause(20);
                    }
                });
                List<Future<?>> writing = IntStream.range(0, writers)
                        .<Future<?>>mapToObj(writer -> threads.submit(() -> LongStream.range(1, 40)
                                .forEach(i -> syncing.store(
                                        syncing.things, "w%d-%d".formatted(writer, i % 5), i * 7 % 40, "s" + i))))
                        .toList();
                for (Future<?> writer : writing) {
                    writer.get();
                }
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> acknowledged().equals(syncing.held()));
            } finally {
                done.set(true);
            }
        }

        assertThat(receiver.mostAtOnce.get()).isEqualTo(1);
        assertSequence();
    }

    private Map<String, String> acknowledged() {
        return Syncing.applied(receiver.got);
    }

    /** Pages are numbered without a gap, and whoever gets one again gets the same. */
    private void assertSequence() {
        Map<Long, String> bodies = new HashMap<>();
        List<Long> order = new ArrayList<>();
        for (Got page : receiver.got) {
            long sequence = Syncing.number(Syncing.json(page), "sequence");
            if (sequence == 0) {
                continue;
            }
            String before = bodies.putIfAbsent(sequence, page.body());
            if (before != null) {
                assertThat(page.body()).isEqualTo(before);
                assertThat(order.getLast()).isEqualTo(sequence);
            }
            order.add(sequence);
        }
        assertThat(order).isSorted();
        assertThat(bodies.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, order.getLast()).boxed().toList());
    }

    @Test
    void a_page_that_was_on_its_way_when_its_host_died_waits_until_the_receiver_is_surely_through_with_it() {
        syncing.store(syncing.things, "a", 1, "open");
        SyncTarget target;
        try (Syncs host = syncing.host()) {
            target = syncing.create(
                    host, receiver, Terms.STANDARD.within(Duration.ofSeconds(2)).every(Duration.ofDays(1)));
            await().until(() -> syncing.standing(host, target).syncedAt().isPresent());
        }
        receiver.got.clear();
        // as a host leaves it that dies in the middle
        syncing.database.run(session -> session.sql("""
                        update sync_progress set sequence = 2, window_until = acknowledged_change, window_at = now(), page_id = 'pag_x',
                          page_body = convert_to('{"rows":[],"page_id":"pag_x","sequence":2}', 'UTF8'), page_rows = 0, page_place = 0,
                          page_ends = true, sent_at = clock_timestamp();
                        update sync_run set due_at = clock_timestamp()""").execute());
        Instant died = Instant.now();
        try (Syncs host = syncing.host()) {
            await().until(() -> receiver.got.size() == 1);
            assertThat(Duration.between(died, Instant.now())).isGreaterThan(Duration.ofMillis(1_900));
            await().until(() -> !syncing.standing(host, target).waiting());
            assertThat(receiver.got.getFirst().header("webhook-id")).isEqualTo("pag_x");
        }
    }

    @Test
    void a_host_that_stops_in_the_middle_of_a_window_hands_it_over_between_two_pages() throws Exception {
        int rows = 25;
        IntStream.range(0, rows).forEach(i -> syncing.store(syncing.things, "t%02d".formatted(i), i, "open"));
        Syncs first = syncing.host();
        try {
            syncing.create(first, receiver, Terms.STANDARD.pagesOf(1));
            receiver.answers(request -> {
                pause(300);
                return TAKEN;
            });
            await().until(() -> receiver.got.size() >= 2);
        } finally {
            long begun = System.nanoTime();
            first.close();
            // as long as a page, or two; not as long as a window
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        }
        assertThat(receiver.got).hasSizeLessThan(rows);

        receiver.answers(request -> TAKEN);
        try (Syncs second = syncing.host()) {
            assertThat(second.targets()).isNotNull();
            await().until(() -> receiver.got.size() >= rows);

            assertSequence();
            assertThat(Syncing.keys(receiver.got)).hasSize(rows).doesNotHaveDuplicates();
        }
    }

    @Test
    void who_is_paused_gets_nothing_and_then_everything() {
        syncing.store(syncing.things, "a", 1, "open");
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Syncing.ON_CHANGE);
            await().until(() -> receiver.got.size() == 1);
            host.targets().pause(Syncing.SOMEBODY, target);
            syncing.store(syncing.things, "a", 2, "half");
            syncing.store(syncing.things, "b", 2, "open");
            await().during(Duration.ofSeconds(1)).until(() -> receiver.got.size() == 1);
            assertThat(host.targets().statistics(target, syncing.things).lag().rows())
                    .isEqualTo(2);
            host.targets().resume(Syncing.SOMEBODY, target);
            await().until(() -> Syncing.keys(receiver.got).size() == 3);

            assertThat(Syncing.applied(receiver.got)).isEqualTo(Map.of("a", "half", "b", "open"));
            await().until(() ->
                    host.targets().statistics(target, syncing.things).lag().rows() == 0);
            assertThat(host.targets().statistics(target, syncing.things).hours())
                    .first()
                    .satisfies(hour -> assertThat(hour.rows()).isEqualTo(3))
                    .satisfies(hour -> assertThat(hour.pages()).isEqualTo(2));
        }
    }

    @Test
    void a_pause_lets_the_page_on_its_way_be_acknowledged() throws Exception {
        IntStream.range(0, 3).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        try (Syncs host = syncing.host()) {
            AtomicInteger pages = new AtomicInteger();
            receiver.answers(request -> {
                if (pages.incrementAndGet() == 2) {
                    arrived.countDown();
                    waitFor(paused);
                }
                return TAKEN;
            });
            SyncTarget target = syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            host.targets().pause(Syncing.SOMEBODY, target);
            paused.countDown();
            await().until(() -> !syncing.standing(host, target).running());
            await().during(Duration.ofSeconds(1)).until(() -> receiver.got.size() == 1);
            host.targets().resume(Syncing.SOMEBODY, target);
            await().until(() -> receiver.got.size() == 3);

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2");
        }
    }

    @Test
    void what_is_there_already_can_be_left_out() {
        syncing.store(syncing.things, "old", 1, "open");
        try (Syncs host = syncing.host()) {
            host.endpoints()
                    .create(
                            Syncing.SOMEBODY,
                            syncing.organization,
                            syncing.things,
                            Syncing.url(receiver),
                            Optional.empty(),
                            Syncing.ON_CHANGE,
                            false);
            receiver.got.clear();
            syncing.store(syncing.things, "new", 1, "open");
            await().until(() -> !receiver.got.isEmpty());

            assertThat(Syncing.keys(receiver.got)).containsExactly("new");
        }
    }

    @Test
    void large_rows_make_smaller_pages_and_none_is_too_large() {
        String large = "x".repeat(200_000);
        IntStream.range(0, 6).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, large));
        syncing.store(syncing.things, "k6", 16, "x".repeat(700_000));
        try (Syncs host = syncing.host(8 << 20)) {
            syncing.create(host, receiver, Terms.STANDARD);
            await().until(() -> Syncing.keys(receiver.got).size() == 7);

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2", "k3", "k4", "k5", "k6");
            assertThat(receiver.got.size()).isBetween(3, 7);
        }
    }

    @Test
    void an_organization_that_moved_in_the_middle_of_a_window_goes_on_behind_the_last_row() throws Exception {
        IntStream.range(0, 6).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i / 2, "open"));
        CountDownLatch third = new CountDownLatch(1);
        CountDownLatch moved = new CountDownLatch(1);
        try (Syncs host = syncing.host()) {
            AtomicInteger pages = new AtomicInteger();
            receiver.answers(request -> {
                if (pages.incrementAndGet() == 4) {
                    third.countDown();
                    waitFor(moved);
                    return DOWN;
                }
                return TAKEN;
            });
            syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            assertThat(third.await(20, TimeUnit.SECONDS)).isTrue();
            // the list does not move along
            syncing.databases
                    .open(syncing.organization.id())
                    .run(session ->
                            session.sql("delete from webhookdb.sync_window").execute());
            moved.countDown();
            await().until(() -> Syncing.keys(receiver.got).size() == 7);

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2", "k2", "k3", "k4", "k5");
            assertListsAreDropped();
        }
    }

    @Test
    void a_receiver_that_has_failed_for_an_hour_and_for_a_day_is_told_of() {
        syncing.store(syncing.things, "a", 1, "open");
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.every(Duration.ofDays(1)));
            await().until(() -> receiver.got.size() == 1);
            receiver.answers(500);
            syncing.store(syncing.things, "a", 2, "closed");
            for (int hours : List.of(0, 1, 2, 24, 25)) {
                syncing.database.run(session -> session.sql(
                                "update sync_progress set failing_since = clock_timestamp() - :hours * interval '1 hour' where failures > 0")
                        .bind("hours", hours)
                        .execute());
                int before = syncing.standing(host, target).failures();
                host.targets().trigger(Syncing.SOMEBODY, target);
                await().until(() -> syncing.standing(host, target).failures() > before
                        && !syncing.standing(host, target).running());
            }

            assertThat(syncing.count("account_event where type = 'sync.failing'"))
                    .isEqualTo(2);
        }
    }

    @Test
    void a_deleted_target_is_sent_nothing_more_and_leaves_nothing() {
        IntStream.range(0, 5).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
        AtomicBoolean up = new AtomicBoolean(true);
        receiver.answers(request -> up.get() ? TAKEN : DOWN);
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.pagesOf(2));
            up.set(false);
            syncing.store(syncing.things, "k0", 50, "closed");
            host.targets().trigger(Syncing.SOMEBODY, target);
            await().until(() -> syncing.standing(host, target).failures() > 0);
            host.targets().delete(Syncing.SOMEBODY, target);
            int sent = receiver.got.size();
            syncing.store(syncing.things, "k1", 99, "closed");
            await().during(Duration.ofSeconds(2)).until(() -> receiver.got.size() <= sent + 1);

            assertThat(syncing.count("sync_run")).isZero();
            assertThat(syncing.count("sync_progress")).isZero();
            assertListsAreDropped();
        }
    }

    private static void assertListsAreDropped() {
        await().untilAsserted(() -> assertThat(syncing.databases
                        .open(syncing.organization.id())
                        .<Long>transaction(session -> session.sql("select count(*) as n from webhookdb.sync_window")
                                .one(row -> row.number("n"))))
                .isZero());
    }

    @Test
    void a_table_that_nothing_happened_to_is_not_sent() {
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.every(Duration.ofSeconds(1)));
            await().until(() -> syncing.standing(host, target).syncedAt().isPresent());
            Instant first = syncing.standing(host, target).syncedAt().orElseThrow();
            await().until(() ->
                    syncing.standing(host, target).syncedAt().orElseThrow().isAfter(first));

            assertThat(receiver.got).isEmpty();
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
