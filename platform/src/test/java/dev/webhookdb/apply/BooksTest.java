package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.ingest.TestLog;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.ledger.Imbalance;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever hosts do with webhooks, in whatever order, and wherever they are killed: the books explain it, and nothing else. */
class BooksTest {
    private static final int ENDPOINTS = 3;
    private static final int STEPS = 250;

    private static PlatformDatabase platform;
    private static Database database;

    /** All webhooks come within an hour of which nothing is left to come, and within reach of replays. */
    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));

    private final List<BackgroundTasks> tasks = List.of(new BackgroundTasks(), new BackgroundTasks());

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void endpoints() {
        run("insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')");
        run("""
                insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                select id, 'svi_' || id, 1, 'fixture' from generate_series(1, %d) as id""".formatted(ENDPOINTS));
        run("""
                insert into integration (id, opaque_id, endpoint_id, organization_id, service_name, table_name) overriding system value
                select id, 'svi_of_1_' || id, 1, 1, 'fixture_' || id, 'fixture_' || id from generate_series(1, 2) as id""");
    }

    @AfterEach
    void clear() {
        run(
                "truncate webhook_segment, webhook_row, webhook_queue, webhook_outcome, webhook_in_hand, webhook_ledger, webhook_outcome_count, organization cascade");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void what_two_hosts_do_is_explained_and_what_is_taken_away_is_found_to_the_last(long seed) {
        Random random = new Random(seed);
        try (var one = new Host(random, 0);
                var other = new Host(random, 1)) {
            for (int step = 0; step < STEPS; step++) {
                (random.nextBoolean() ? one : other).step();
                if (random.nextInt(10) == 0) {
                    assertThat(Auditor.audit(database)).isEmpty();
                    assertCountedAsLogged();
                }
            }
            assertThat(Auditor.audit(database)).isEmpty();
            int planted = plant(1 + random.nextInt(5));

            one.die();
            other.die();
            while (count("webhook_queue") > 0) {
                one.takes();
                other.takes();
                one.settle();
                other.settle();
            }
            List<Imbalance> found = Auditor.audit(database);

            assertThat(count("webhook_queue")).isZero();
            assertThat(found).noneMatch(Imbalance::isSurplus);
            assertThat(Imbalance.lost(found)).isEqualTo(planted);
            assertThat(Auditor.audit(database)).isEmpty();
        }
    }

    /** Whoever counts in the books and in the queue comes to the same as whoever goes through the log. */
    private void assertCountedAsLogged() {
        WebhookCounts counts = new WebhookCounts(database);
        Webhooks.Window whole = Webhooks.Window.of(1, Instant.now());
        Stream.of(whole, whole.to("svi_1"), whole.to("svi_of_1_2"), whole.to("svi_3"))
                .forEach(window -> assertThat(counts.of(window)).isEqualTo(counts.inLog(window)));
    }

    @Test
    void hosts_that_work_at_the_same_time_are_explained_at_every_moment() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                var one = new Host(new Random(1), 0);
                var other = new Host(new Random(2), 1)) {
            var working = new AtomicBoolean(true);
            Future<Integer> auditing = threads.submit(() -> {
                int found = 0;
                while (working.get()) {
                    found += Auditor.audit(database).size();
                }
                return found;
            });
            List<Future<?>> hosts = new ArrayList<>();
            for (Host host : List.of(one, other)) {
                hosts.add(threads.submit(() -> {
                    for (int step = 0; step < STEPS; step++) {
                        host.step();
                    }
                }));
            }
            for (Future<?> host : hosts) {
                host.get();
            }
            working.set(false);
            assertCountedAsLogged();

            assertThat(auditing.get()).isZero();
            assertThat(Auditor.audit(database)).isEmpty();
        }
    }

    @Test
    void what_was_lost_is_stored_by_a_replay_of_its_hour_and_is_told_no_more() {
        try (var host = new Host(new Random(1), 0)) {
            host.log.accept(1, hour.plusSeconds(60), "a");
            host.log.accept(1, hour.plusSeconds(120), "b");
            run("delete from webhook_queue");
            Auditor.audit(database);
            var webhooks = new Webhooks(database, URI.create("https://example.org"));
            var part = new Webhooks.Window(1, Optional.of("svi_1"), hour, hour.plusSeconds(90));
            var whole = new Webhooks.Window(1, Optional.of("svi_1"), hour, hour.plusSeconds(3600));

            webhooks.replay(whole, EnumSet.of(State.FAILED));
            webhooks.replay(part, EnumSet.of(State.DONE));
            assertThat(Imbalance.open(database)).hasSize(1);
            assertThat(webhooks.replay(whole, EnumSet.of(State.DONE))).isEqualTo(1);

            assertThat(Imbalance.open(database)).isEmpty();
            assertThat(host.takes()).isEqualTo(2);
            host.settle();
            assertThat(Auditor.audit(database)).isEmpty();
        }
    }

    @Test
    void what_the_log_has_not_any_more_is_given_up_and_not_lost() {
        try (var host = new Host(new Random(1), 0)) {
            host.log.accept(1, hour, "a");
            run("delete from webhook_segment");

            assertThat(host.takes()).isZero();

            assertThat(count("webhook_queue")).isZero();
            assertThat(Auditor.audit(database)).isEmpty();
        }
    }

    /** Takes webhooks out of the queue that wait there, and says how many. */
    private static int plant(int most) {
        return database.transaction(session -> session.sql(
                        "delete from webhook_queue where webhook_id = any (array(select webhook_id from webhook_queue limit :most))")
                .bind("most", most)
                .execute());
    }

    private static long count(String table) {
        return database.transaction(session ->
                session.sql("select count(*) as number from " + table).one(row -> row.number("number")));
    }

    private static void run(String statement) {
        database.run(session -> session.sql(statement).execute());
    }

    /** What a host does to webhooks, one thing after the other. */
    private final class Host implements AutoCloseable {
        private static final Queue.Except NOTHING = new Queue.Except(new long[0], new long[0]);

        private final Queue queue = new Queue(database, "https://example.org");
        private final TestLog log = new TestLog(database);
        private final Webhooks webhooks = new Webhooks(database, URI.create("https://example.org"));
        private final ErasedWebhooks erased = new ErasedWebhooks(database);
        private final List<Delivery> hand = new ArrayList<>();
        private final InHand written;
        private final Random random;

        Host(Random random, int number) {
            this.random = random;
            this.written = new InHand(database, tasks.get(number));
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> arrive();
                case 4, 5 -> takes();
                case 6, 7 -> settle();
                case 8 -> settleInVain();
                case 9 -> replay();
                case 10 -> erase();
                default -> die();
            }
        }

        private void arrive() {
            for (int i = random.nextInt(8); i >= 0; i--) {
                long endpoint = 1L + random.nextInt(ENDPOINTS);
                Instant at = hour.plusMillis(random.nextInt(3_600_000));
                String body = "{\"id\":\"key%d\"}".formatted(random.nextInt(20));
                switch (random.nextInt(8)) {
                    case 0 -> log.reject(endpoint, at, body);
                    case 1 -> log.answer(endpoint, at, body);
                    case 2 -> log.together(endpoint, at, false, Collections.nCopies(1 + random.nextInt(5), body));
                    default -> log.accept(endpoint, at, body);
                }
            }
        }

        /** Leases end at once, so that both hosts often have the same in hand. */
        int takes() {
            List<Delivery> taken = queue.claim(1 + random.nextInt(20), 1 << 20, Duration.ZERO, NOTHING);
            if (!taken.isEmpty()) {
                written.begin(taken);
                hand.addAll(taken);
            }
            return taken.size();
        }

        void settle() {
            queue.settle(settlements(), session -> {});
            hand.clear();
        }

        /** The database goes away before it commits, and nobody knows whether it did. */
        private void settleInVain() {
            try {
                queue.settle(settlements(), session -> {
                    throw new IllegalStateException("away");
                });
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("away");
            }
        }

        private List<DeliveryResult> settlements() {
            Collections.shuffle(hand, random);
            return hand.stream()
                    .map(delivery -> new DeliveryResult(delivery, outcome(), about(delivery)))
                    .toList();
        }

        private List<Long> about(Delivery delivery) {
            return delivery.endpointId() == 1 ? List.of(1L + random.nextInt(2)) : List.of();
        }

        private Outcome outcome() {
            return switch (random.nextInt(6)) {
                case 0 -> new Outcome.Ignored("Nothing.");
                case 1 -> new Outcome.Failed("Too bad.");
                case 2 -> new Outcome.Retry("Away.", Duration.ZERO, true);
                default -> new Outcome.Done();
            };
        }

        private void replay() {
            EnumSet<State> states = EnumSet.allOf(State.class);
            states.removeIf(state -> random.nextBoolean());
            webhooks.replay(Webhooks.Window.of(1, Instant.now()), states);
        }

        private void erase() {
            long endpoint = 1L + random.nextInt(ENDPOINTS);
            if (random.nextInt(4) == 0) {
                erased.eraseUntil(endpoint, hour.plusSeconds(random.nextInt(1_200)));
                return;
            }
            erased.erase(
                    new Integration(1, "svi_" + endpoint, endpoint, 1, "fixture", "fixture_1"),
                    "key" + random.nextInt(20),
                    random.nextBoolean());
        }

        /** What it had in hand is in the queue. */
        void die() {
            hand.clear();
        }

        @Override
        public void close() {
            log.close();
            written.close();
        }
    }
}
