package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.event.Event;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P7 up to the queue: nothing is skipped and nothing comes twice, whatever happens at the same time. */
class ExactlyOnceTest {
    @TempDir
    private Path directory;

    private Feeding feeding;
    private long organization;
    private Integration things;

    @BeforeEach
    void open() {
        feeding = new Feeding(directory);
        organization = feeding.organizations.create("exactly once").id();
        things = feeding.integration(organization);
        feeding.database.run(session -> session.sql("delete from account_event").execute());
    }

    @AfterEach
    void close() {
        feeding.close();
    }

    /** Commits are slow, so that change numbers are taken long before they are seen; somebody's transaction on the server never ends. */
    @Test
    void many_writers_and_two_hosts_put_each_change_into_the_queue_once() throws Exception {
        int writers = 64;
        int each = 5;
        long total = 64L * 5;
        Subscription all = feeding.subscribe(organization, OptionalLong.empty(), "*.created", "*.updated");
        makeCommitsSlow();
        try (Database other = TestPostgres.freshDatabase();
                Dispatcher here = feeding.dispatcher();
                Dispatcher elsewhere = feeding.dispatcher();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            feeding.tables.followedBy(here);
            Future<?> foreign = threads.submit(
                    () -> other.run(session -> session.sql("select txid_current(), pg_sleep(2)::text as slept")
                            .list(row -> "")));
            List<Future<?>> writing = IntStream.range(0, writers)
                    .<Future<?>>mapToObj(writer -> threads.submit(() -> {
                        for (int i = 1; i <= each; i++) {
                            int second = i;
                            patiently(() -> {
                                feeding.store(things, "w" + writer, second, "s" + second);
                                elsewhere.changed(organization, things.id());
                                return true;
                            });
                        }
                    }))
                    .toList();
            for (Future<?> one : writing) {
                one.get();
            }
            foreign.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> queued(all) == total);
        }

        List<Event> events = feeding.events.page(organization, 0, 10_000);
        assertThat(events).hasSize((int) total);
        assertThat(events).extracting(Event::number).isSorted().doesNotHaveDuplicates();
        for (int writer = 0; writer < writers; writer++) {
            String key = "w" + writer;
            List<Event> ofOne = events.stream()
                    .filter(event -> event.key().equals(Optional.of(key)))
                    .toList();
            assertThat(ofOne).hasSize(each);
            for (int i = 1; i <= each; i++) {
                assertThat(ofOne.get(i - 1).body()).contains("\"status\":\"s%d\"".formatted(i));
            }
        }
        assertThat(feeding.count("(select distinct event_number from delivery_queue) as one"))
                .isEqualTo(total);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"update on change_position", "insert on event", "insert on delivery", "insert on delivery_queue"
            })
    void what_breaks_off_is_done_once_by_whoever_comes_next(String step) {
        Subscription all = feeding.subscribe(organization, OptionalLong.empty(), "*.created");
        feeding.store(things, "a", 1, "open");
        feeding.store(things, "b", 1, "open");
        brokenOff(
                step,
                () -> assertThatThrownBy(() -> feeding.dispatch().next(things.id()))
                        .isInstanceOf(DatabaseException.class));
        assertThat(queued(all)).isZero();
        assertThat(feeding.events.page(organization, 0, 10)).isEmpty();

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(feeding.keys(all)).containsExactly("a", "b");
        assertThat(feeding.events.page(organization, 0, 10)).hasSize(2);
    }

    /** What is committed after the call returned is told; what was committed before it began is not. */
    @Test
    void who_subscribes_while_many_write_misses_nothing_from_then_on() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Set<String> before = ConcurrentHashMap.newKeySet();
        Set<String> after = ConcurrentHashMap.newKeySet();
        AtomicBoolean subscribing = new AtomicBoolean();
        AtomicBoolean subscribed = new AtomicBoolean();
        Subscription one;
        try (Dispatcher dispatcher = feeding.dispatcher();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            feeding.tables.followedBy(dispatcher);
            List<Future<?>> writing = IntStream.range(0, 6)
                    .<Future<?>>mapToObj(writer -> threads.submit(() -> {
                        for (int i = 0; !done.get(); i++) {
                            String key = "w%d_%d".formatted(writer, i);
                            boolean began = subscribed.get();
                            patiently(() -> {
                                feeding.store(things, key, 1, "open");
                                return true;
                            });
                            if (began) {
                                after.add(key);
                            } else if (!subscribing.get()) {
                                before.add(key);
                            }
                        }
                    }))
                    .toList();
            await().until(() -> before.size() > 30);
            subscribing.set(true);
            one = feeding.subscribe(organization, OptionalLong.of(things.id()), "*");
            subscribed.set(true);
            await().until(() -> after.size() > 60);
            done.set(true);
            for (Future<?> writer : writing) {
                writer.get();
            }
            await().untilAsserted(() -> assertThat(feeding.keys(one)).containsAll(after));
        }

        List<String> keys = feeding.keys(one);
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(before)).doesNotContainAnyElementsOf(keys);
    }

    @Test
    void subscriptions_that_come_and_go_leave_nothing_undone() throws Exception {
        Subscription stays = feeding.subscribe(organization, OptionalLong.empty(), "*.created");
        AtomicBoolean done = new AtomicBoolean();
        List<String> written = new ArrayList<>();
        try (Dispatcher dispatcher = feeding.dispatcher();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            feeding.tables.followedBy(dispatcher);
            Future<?> others = threads.submit(() -> {
                while (!done.get()) {
                    Subscription brief = feeding.subscribe(organization, OptionalLong.of(things.id()), "*");
                    feeding.database.run(session -> feeding.subscriptions.delete(session, brief));
                    feeding.following.align(organization);
                }
            });
            for (int i = 0; i < 100; i++) {
                String key = "k" + i;
                feeding.store(things, key, 1, "open");
                written.add(key);
            }
            done.set(true);
            others.get();
            await().untilAsserted(() -> assertThat(feeding.keys(stays)).containsExactlyElementsOf(written));
        }
    }

    private void brokenOff(String step, Runnable work) {
        feeding.database.run(session -> {
            session.sql("""
                            create function broken_off() returns trigger language plpgsql
                            as $$ begin raise exception using errcode = '57P01', message = 'broken off'; end $$""").execute();
            session.sql("create trigger broken_off before %s for each row execute function broken_off()"
                            .formatted(step))
                    .execute();
        });
        work.run();
        feeding.database.run(
                session -> session.sql("drop function broken_off() cascade").execute());
    }

    private void makeCommitsSlow() {
        feeding.databases
                .open(organization)
                .run(session -> List.of("""
                        create function slow() returns trigger language plpgsql as $slow$
                        begin
                          perform pg_sleep(random() * 0.01);
                          return null;
                        end $slow$""", """
                        create constraint trigger slow after insert or update on %s
                        deferrable initially deferred for each row execute function slow()""".formatted(things.table()))
                        .forEach(statement -> session.sql(statement).execute()));
    }

    private long queued(Subscription subscription) {
        return feeding.count("delivery_queue where subscription_id = " + subscription.id());
    }

    private static <T> T patiently(Callable<T> work) {
        return await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(ExactlyOnceTest::isBusy)
                .until(work, Objects::nonNull);
    }

    private static boolean isBusy(Throwable failure) {
        return failure instanceof DatabaseException refused && refused.kind() == DatabaseException.Kind.UNAVAILABLE;
    }
}
