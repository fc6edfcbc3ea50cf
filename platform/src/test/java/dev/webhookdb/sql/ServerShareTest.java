package dev.webhookdb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many pools on one server, which takes only so many connections. */
class ServerShareTest {
    private static final int CONNECTIONS_OF_ONE = 5;
    private static final String LIMITED = "share_limited";

    private final List<Database> opened = new ArrayList<>();
    private Database database;

    @BeforeEach
    void open() {
        database = TestPostgres.freshDatabase();
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
        database.run(session -> session.sql("drop role if exists " + LIMITED).execute());
        database.close();
    }

    @Test
    void connections_that_nobody_uses_are_closed_for_those_of_others() throws Exception {
        ServerShare share = new ServerShare(6);
        List<Database> organizations = organizations(4, share, database.address());

        for (Database organization : organizations) {
            together(4, organization);
            await().untilAsserted(() -> assertThat(connections()).isLessThanOrEqualTo(6));
        }

        assertThat(organizations.getLast().connections()).isEqualTo(4);
    }

    @Test
    void a_server_that_takes_no_more_takes_another_one_when_others_have_some_that_nobody_uses() throws Exception {
        database.run(session -> {
            session.sql("create role %s login password 'limited' connection limit 4".formatted(LIMITED))
                    .execute();
        });
        ServerAddress limited = database.address().withUser(LIMITED, new Password("limited"));
        List<Database> organizations = organizations(2, new ServerShare(100), limited);
        together(4, organizations.getFirst());
        assertThat(organizations.getFirst().connections()).isEqualTo(4);

        together(2, organizations.getLast());

        assertThat(organizations.getLast().connections()).isPositive();
    }

    @Test
    void a_server_that_takes_no_more_although_all_are_in_use_is_said_to_be_full() throws Exception {
        database.run(
                session -> session.sql("create role %s login password 'limited' connection limit 2".formatted(LIMITED))
                        .execute());
        ServerAddress limited = database.address().withUser(LIMITED, new Password("limited"));
        List<Database> organizations = organizations(2, new ServerShare(100), limited);

        try (Held held = Held.of(2, organizations.getFirst())) {
            held.await();
            assertThatThrownBy(() -> select(organizations.getLast()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Too many connections");
        }
        select(organizations.getLast());
    }

    @Test
    void background_work_of_all_waits_for_its_turn_and_what_somebody_waits_for_does_not() throws Exception {
        List<Database> organizations = organizations(4, new ServerShare(4), database.address());
        try (Held held = Held.of(1, organizations.subList(0, 3).toArray(Database[]::new));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            held.await();

            Future<?> waiting = threads.submit(() -> select(organizations.getLast()));
            assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            Foreground.run(() -> select(organizations.getLast()));

            held.release();
            waiting.get();
        }
    }

    @Test
    void whoever_has_a_connection_to_one_gets_one_to_another_without_a_turn() throws Exception {
        List<Database> organizations = organizations(4, new ServerShare(4), database.address());
        CountDownLatch all = new CountDownLatch(3);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> copies = IntStream.range(0, 3)
                    .<Future<?>>mapToObj(number ->
                            threads.submit(() -> organizations.get(number).run(session -> {
                                all.countDown();
                                reached(all);
                                select(organizations.getLast());
                            })))
                    .toList();
            for (Future<?> copy : copies) {
                copy.get(5, TimeUnit.SECONDS);
            }
        }
    }

    /** Connections that are in use until somebody says otherwise. */
    private record Held(ExecutorService threads, CountDownLatch begun, CountDownLatch released)
            implements AutoCloseable {
        static Held of(int each, Database... databases) {
            Held held = new Held(
                    Executors.newVirtualThreadPerTaskExecutor(),
                    new CountDownLatch(each * databases.length),
                    new CountDownLatch(1));
            for (Database database : databases) {
                for (int i = 0; i < each; i++) {
                    held.threads()
                            .execute(() -> database.run(session -> {
                                held.begun().countDown();
                                reached(held.released());
                            }));
                }
            }
            return held;
        }

        void await() {
            reached(begun);
        }

        void release() {
            released.countDown();
        }

        @Override
        public void close() {
            release();
            threads.close();
        }
    }

    private List<Database> organizations(int count, ServerShare share, ServerAddress address) {
        for (int i = 0; i < count; i++) {
            opened.add(new Database(
                    Pool.shared(address, CONNECTIONS_OF_ONE, 1, Metrics.none().pool("test"), share)));
        }
        return opened;
    }

    private int connections() {
        return opened.stream().mapToInt(Database::connections).sum();
    }

    /** So many connections of a database are in use at the same time, and nobody uses them afterwards. */
    private static void together(int count, Database database) throws ExecutionException, InterruptedException {
        CountDownLatch all = new CountDownLatch(count);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> uses = IntStream.range(0, count)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> Foreground.run(() -> database.run(session -> {
                        all.countDown();
                        reached(all);
                    }))))
                    .toList();
            for (Future<?> use : uses) {
                use.get();
            }
        }
    }

    private static void select(Database database) {
        database.run(session -> session.sql("select 1").list(row -> 1));
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
