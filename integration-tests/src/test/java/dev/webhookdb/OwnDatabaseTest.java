package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.tenancy.BroughtDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An organization brings its own database, and its webhooks do not stop for that. */
class OwnDatabaseTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHARGE = "stripe_charge_v1";

    @TempDir
    private Path directory;

    private RunningHost host;
    private BroughtDatabase brought;
    private Person person;

    @BeforeEach
    void start() {
        brought = new BroughtDatabase();
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", BroughtDatabase.allowed()));
        person = Person.loggedIn(host, "owner@example.com");
    }

    @AfterEach
    void stop() {
        host.close();
        brought.close();
    }

    @Test
    void webhooks_that_arrive_during_the_move_are_all_rows_also_when_the_host_stops_in_the_middle() throws Exception {
        Made busy = person.integrate(CHARGE);
        Made blocked = person.integrate(CHARGE);
        host.send(blocked.id(), StripeEvents.charge("ch_blocked", "succeeded", 1_700_000_000, "evt_blocked"));
        await().atMost(PATIENCE).until(() -> count(blocked) == 1);
        var sent = new ConcurrentHashMap<String, Long>();
        senders(busy, sent, 60).join();

        var release = new CountDownLatch(1);
        Thread obstacle = obstacle(blocked, release);
        Answer asked = start(Map.of("admin_url", ""));
        Answer reader = person.reply(asked, brought.ownerUrl() + "\n");
        Answer begun = person.reply(reader, brought.readerUrl() + "\n");
        await().atMost(PATIENCE)
                .until(() -> migration()
                        .text("error")
                        .filter(text -> !text.isEmpty())
                        .isPresent());
        senders(busy, sent, 60).join();
        host.stop();
        release.countDown();
        obstacle.join();
        host.start();
        Thread meanwhile = senders(busy, sent, 200);
        await().atMost(PATIENCE).until(() -> status().equals("finished"));
        meanwhile.join();

        assertThat(begun.status()).isEqualTo(200);
        assertThat(asked.status()).isEqualTo(422);
        assertThat(Person.step(asked).isTrue("prompt_is_secret")).isTrue();
        await().atMost(PATIENCE).until(() -> stored(busy).equals(new TreeMap<>(sent)));
        assertThat(count(blocked)).isEqualTo(1);
        assertThat(person.address().database()).isEqualTo(brought.name());
        assertThat(migration().text("destination_url").orElseThrow()).startsWith("postgresql://***:***@");
        assertThat(host.platform("select count(*) from database_migration where sealed_url is not null"))
                .containsExactly("0");
    }

    @Test
    void what_is_made_after_the_move_is_in_the_organizations_own_database() {
        move();

        Made made = person.integrate(CHARGE);
        host.send(made.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
        await().atMost(PATIENCE).until(() -> count(made) == 1);
        Answer view = person.post(
                person.own("/saved_views/create_or_replace"),
                Map.of("name", "ids", "sql", "select stripe_id from " + made.table()));

        assertThat(view.status()).isEqualTo(200);
        try (var own = brought.open()) {
            assertThat(own.<List<String>>transaction(
                            session -> session.sql("select stripe_id from ids").list(row -> row.text("stripe_id"))))
                    .containsExactly("ch_1");
        }
        assertThat(person.reply(person.post(person.database("/roll_credentials"), Map.of()), "\n")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void an_unreachable_database_is_refused_with_a_sentence_and_nothing_is_begun() {
        Answer refused = start(Map.of(
                "admin_url",
                "postgresql://a:geheim@%s:1/nothing".formatted(BroughtDatabase.allowed()),
                "readonly_url",
                ""));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().text("error", "message").orElseThrow())
                .contains("cannot be reached")
                .doesNotContain("geheim");
        assertThat(refused.json().items("error", "field_errors", "admin_url")).hasSize(1);
        assertThat(migrations()).isEmpty();
    }

    @Test
    void a_second_move_is_refused_while_one_is_under_way() throws InterruptedException {
        Made made = person.integrate(CHARGE);
        var release = new CountDownLatch(1);
        Thread obstacle = obstacle(made, release);
        Map<String, String> urls = Map.of("admin_url", brought.ownerUrl(), "readonly_url", "");

        start(urls);
        Answer second = start(urls);
        release.countDown();
        obstacle.join();

        assertThat(second.status()).isEqualTo(409);
    }

    @Test
    void a_move_is_cancelled_while_it_is_under_way_and_that_is_in_the_audit_log() throws InterruptedException {
        Made made = person.integrate(CHARGE);
        String before = person.address().database();
        String path = person.database("/migrations/cancel");
        var release = new CountDownLatch(1);
        Thread obstacle = obstacle(made, release);
        start(Map.of("admin_url", brought.ownerUrl(), "readonly_url", ""));

        Answer cancelled = person.post(path, Map.of());
        release.countDown();
        obstacle.join();
        await().atMost(PATIENCE).until(() -> status().equals("cancelled"));
        Answer again = person.post(path, Map.of());

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(409);
        assertThat(person.address().database()).isEqualTo(before);
        assertThat(host.platform("select action from audit order by id desc limit 1"))
                .containsExactly("cancel database migration");
    }

    @Test
    void what_is_made_behind_the_closed_door_waits_and_is_then_in_the_new_database() throws InterruptedException {
        move();
        String left = brought.name();
        Map<String, String> integration = Map.of("service_name", CHARGE, "guard_confirm", "y");
        try (var next = new BroughtDatabase()) {
            var release = new CountDownLatch(1);
            // where the organization is cannot be changed, so that the move stops before its last step
            Thread obstacle = obstacle(host.database(), "organization_database in share mode", release);
            start(Map.of("admin_url", next.ownerUrl(), "readonly_url", next.readerUrl()));
            await().atMost(PATIENCE).until(() -> closed(left));

            Answer behind = person.post(person.own("/service_integrations/create"), integration);
            Answer view = person.post(
                    person.own("/saved_views/create_or_replace"), Map.of("name", "one", "sql", "select 1 as one"));
            release.countDown();
            obstacle.join();
            await().atMost(PATIENCE).until(() -> status().equals("finished"));
            Made made = person.integrate(CHARGE);

            assertThat(behind.status()).isEqualTo(503);
            assertThat(view.status()).isEqualTo(503);
            assertThat(person.ids(made)).isEmpty();
            assertThat(person.address().database()).isEqualTo(next.name());
        }
    }

    private boolean closed(String name) {
        try (var database = TestPostgres.open(TestPostgres.server().withDatabase(name))) {
            return database.transaction(
                    session -> session.sql("select to_regclass('webhookdb.closed') is not null as closed")
                            .one(row -> row.flag("closed")));
        }
    }

    private void move() {
        start(Map.of("admin_url", brought.ownerUrl(), "readonly_url", brought.readerUrl()));
        await().atMost(PATIENCE).until(() -> status().equals("finished"));
    }

    private Answer start(Map<String, String> parameters) {
        return person.post(person.database("/migrate_database"), parameters);
    }

    private List<Json> migrations() {
        return person.get(person.database("/migrations")).json().items("items");
    }

    private Json migration() {
        return migrations().getFirst();
    }

    private String status() {
        return migration().text("status").orElseThrow();
    }

    /** Somebody who uses a table, so that the move waits. */
    private Thread obstacle(Made made, CountDownLatch release) throws InterruptedException {
        return obstacle(
                person.address().database(), "public.\"%s\" in row exclusive mode".formatted(made.table()), release);
    }

    private static Thread obstacle(String name, String lock, CountDownLatch release) throws InterruptedException {
        var held = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> {
            try (var database = TestPostgres.open(TestPostgres.server().withDatabase(name))) {
                database.run(session -> {
                    session.sql("lock table " + lock).execute();
                    held.countDown();
                    awaitQuietly(release);
                });
            }
        });
        held.await();
        return thread;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Several senders, each of later and later states of charges of its own; each state once. */
    private Thread senders(Made made, Map<String, Long> sent, int each) {
        return Thread.ofPlatform().start(() -> {
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(number -> Thread.ofPlatform().start(() -> send(made, sent, number, each)))
                    .toList();
            for (Thread thread : threads) {
                joined(thread);
            }
        });
    }

    private void send(Made made, Map<String, Long> sent, int number, int each) {
        for (int i = 0; i < each; i++) {
            String id = "ch_%d_%d".formatted(number, i % 20);
            long second = sent.getOrDefault(id, 1_700_000_000L) + 1;
            int status = host.send(made.id(), StripeEvents.charge(id, "s" + second, second, "evt_" + id + second))
                    .status();
            if (status == 202) {
                sent.put(id, second);
            }
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Long> stored(Made made) {
        Map<String, Long> stored = new TreeMap<>();
        for (Json row : person.sql("select stripe_id, substr(status, 2) as second from \"%s\"".formatted(made.table()))
                .json()
                .items("rows")) {
            stored.put(
                    row.items().getFirst().text().orElseThrow(),
                    Long.valueOf(row.items().getLast().text().orElseThrow()));
        }
        return stored;
    }

    private int count(Made made) {
        return person.ids(made).size();
    }
}
