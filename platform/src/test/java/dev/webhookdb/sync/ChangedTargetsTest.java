package dev.webhookdb.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Answer;
import dev.webhookdb.outbound.Receiver.Got;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P7 and P8 while what is synced, and how, becomes another: paused, renamed, moved, with other credentials. */
class ChangedTargetsTest {
    private static final Answer TAKEN = new Answer(200, Map.of(), "");
    private static final Answer UNKNOWN = new Answer(401, Map.of(), "who is that?");

    /** What waits after so many attempts, waits for minutes. */
    private static final String MANY_ATTEMPTS = "update sync_run set attempts = 20";

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
    void a_target_that_is_paused_in_the_middle_of_a_window_is_not_looked_at_whatever_changes() throws Exception {
        rows(3);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        receiver.answers(heldUp(2, arrived, paused));
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            waitFor(arrived);
            syncing.store(syncing.things, "k9", 99, "open");
            await().until(() -> syncing.count("sync_run where wanted") == 1);
            host.targets().pause(Syncing.SOMEBODY, target);
            paused.countDown();

            await().during(Duration.ofMillis(500))
                    .until(() -> syncing.count("sync_run where due_at is null and claimed_by is null") == 1);
            host.targets().resume(Syncing.SOMEBODY, target);
            await().until(() -> Syncing.keys(receiver.got).size() == 4);

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2", "k9");
        }
    }

    @Test
    void what_is_refused_for_its_credentials_comes_again_at_once_with_those_that_it_got_meanwhile() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        String old = "Basic " + encoded("us@er:p:ss");
        try (Syncs host = syncing.host()) {
            SyncTarget target = syncing.create(host, receiver, Terms.STANDARD.every(Duration.ofDays(1)));
            await().until(() -> syncing.count("sync_run where claimed_by is null and not wanted") == 1);
            receiver.answers(request -> {
                if (!request.header("authorization").equals(old)) {
                    return TAKEN;
                }
                arrived.countDown();
                waitFor(changed);
                return UNKNOWN;
            });
            rows(1);
            syncing.database.run(session -> session.sql(MANY_ATTEMPTS).execute());
            host.targets().trigger(Syncing.SOMEBODY, target);
            waitFor(arrived);
            host.endpoints().updateCredentials(Syncing.SOMEBODY, target, syncing.things, "another", "secret");
            receiver.got.clear();
            changed.countDown();

            await().until(() -> !syncing.standing(host, target).waiting());

            assertThat(receiver.got)
                    .extracting(page -> page.header("authorization"))
                    .containsExactly(old, "Basic " + encoded("another:secret"));
            assertThat(receiver.got.stream().map(Got::body).distinct()).hasSize(1);
            assertThat(syncing.count("sync_statistic where failures > 0")).isZero();
        }
    }

    @Test
    void a_table_that_is_renamed_in_the_middle_of_a_window_goes_on_under_its_new_name() throws Exception {
        rows(4);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch renamed = new CountDownLatch(1);
        receiver.answers(heldUp(2, arrived, renamed));
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Syncing.ON_CHANGE.pagesOf(1));
            waitFor(arrived);
            syncing.integrations.rename(syncing.things, "things by another name");
            syncing.things = syncing.integrations.find(syncing.things.id()).orElseThrow();
            syncing.database.run(session -> session.sql(MANY_ATTEMPTS).execute());
            renamed.countDown();
            await().until(() -> Syncing.keys(receiver.got).size() == 4);

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2", "k3");
            assertThat(Syncing.text(Syncing.json(receiver.got.getLast()), "table"))
                    .isEqualTo("things by another name");
            assertThat(receiver.got)
                    .extracting(page -> Syncing.number(Syncing.json(page), "sequence"))
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(syncing.count("sync_statistic where failures > 0")).isZero();
        }
    }

    @Test
    void a_table_that_gets_the_old_name_of_another_leaves_it_its_index() {
        String name = syncing.things.table();
        try (Syncs host = syncing.host()) {
            syncing.create(host, receiver, Syncing.ON_CHANGE);
            await().until(() -> indexed().contains(name));
            syncing.integrations.rename(syncing.things, "things of before");
            long second = syncing.integration(syncing.organization.id()).id();
            syncing.integrations.rename(syncing.integrations.find(second).orElseThrow(), name);
            syncing.things = syncing.integrations.find(second).orElseThrow();
            syncing.create(host, receiver, Syncing.ON_CHANGE);
            rows(1);
            await().until(() -> Syncing.keys(receiver.got).contains("k0"));

            assertThat(indexed()).containsExactlyInAnyOrder(name, "things of before");
        }
    }

    /** The tables whose changes are found without reading them all. */
    private static List<String> indexed() {
        return syncing.databases
                .open(syncing.organization.id())
                .transaction(session -> session.sql(
                                "select tablename::text as name from pg_indexes where indexdef like '%(_change)'")
                        .list(row -> row.text("name")));
    }

    @Test
    void a_host_that_does_not_know_that_an_organization_moved_sends_nothing_again() {
        rows(1);
        String copy = syncing.copied();
        try (OrganizationDatabases late = syncing.known()) {
            late.open(syncing.organization.id());
            SyncTarget target;
            long acknowledged;
            try (Syncs host = syncing.host()) {
                syncing.move(copy);
                target = syncing.create(host, receiver, Terms.STANDARD.every(Duration.ofDays(1)));
                syncing.store(syncing.things, "b", 20, "open");
                host.targets().trigger(Syncing.SOMEBODY, target);
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> Syncing.keys(receiver.got).contains("b")
                                && !syncing.standing(host, target).running());
                acknowledged = acknowledged();
            }
            try (Syncs host = syncing.host(late)) {
                host.targets().trigger(Syncing.SOMEBODY, target);
                await().until(() -> syncing.count("sync_run where claimed_by is null and not wanted") == 1);

                assertThat(acknowledged()).isEqualTo(acknowledged);
                assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "b");
            }
        }
    }

    @Test
    void a_host_that_does_not_know_that_an_organization_moved_leaves_nothing_out() throws Exception {
        rows(1);
        String copy = syncing.copied();
        try (OrganizationDatabases late = syncing.known()) {
            CountDownLatch arrived = new CountDownLatch(1);
            CountDownLatch closing = new CountDownLatch(1);
            late.open(syncing.organization.id());
            syncing.move(copy);
            IntStream.range(1, 6).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
            receiver.answers(heldUp(2, arrived, closing));
            Syncs first = syncing.host();
            syncing.create(
                    first, receiver, Terms.STANDARD.every(Duration.ofDays(1)).pagesOf(1));
            waitFor(arrived);
            Thread stopping = Thread.ofVirtual().start(first::close);
            await().pollInterval(Duration.ofMillis(1)).until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
            closing.countDown();
            stopping.join();
            try (Syncs second = syncing.host(late)) {
                assertThat(second.targets()).isNotNull();
                await().until(() ->
                        syncing.count("sync_progress where window_until is null and synced_at is not null") == 1);
            }

            assertThat(Syncing.keys(receiver.got)).containsExactly("k0", "k1", "k2", "k3", "k4", "k5");
        }
    }

    private static long acknowledged() {
        return syncing.database.transaction(session -> session.sql("select acknowledged_change from sync_progress")
                .one(row -> row.number("acknowledged_change")));
    }

    private static void rows(int number) {
        IntStream.range(0, number).forEach(i -> syncing.store(syncing.things, "k" + i, 10 + i, "open"));
    }

    /** Takes everything, but lets the request with a number wait, of which the first one is the trial. */
    private static Function<Got, Answer> heldUp(int number, CountDownLatch arrived, CountDownLatch goOn) {
        AtomicInteger requests = new AtomicInteger();
        return request -> {
            if (requests.incrementAndGet() == number) {
                arrived.countDown();
                waitFor(goOn);
            }
            return TAKEN;
        };
    }

    private static String encoded(String credentials) {
        return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
