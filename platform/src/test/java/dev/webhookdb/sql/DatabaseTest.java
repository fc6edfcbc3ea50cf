package dev.webhookdb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.jdbc.PgArray;

class DatabaseTest {
    private static Database database;

    /** The same over other connections. */
    private static Database beside;

    @BeforeAll
    static void open() {
        database = TestPostgres.freshDatabase();
        beside = new Database(new Pool(database.address(), 2, 0));
    }

    @AfterAll
    static void close() {
        beside.close();
        database.close();
    }

    @BeforeEach
    void emptyTable() {
        database.run(session -> {
            session.sql("drop table if exists thing").execute();
            session.sql("create table thing (id bigint primary key, name text)").execute();
        });
    }

    @Test
    void work_that_returns_is_committed() {
        database.run(session -> insert(session, 1));

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void work_that_throws_is_rolled_back_and_its_exception_is_the_callers() {
        IllegalStateException thrown = new IllegalStateException("no");

        assertThatThrownBy(() -> database.run(session -> {
                    insert(session, 1);
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThat(count()).isZero();
    }

    @Test
    void casts_are_no_parameters() {
        String value = database.transaction(session -> session.sql("select :number::int::text || '::x' || ':y' as v")
                .bind("number", "42")
                .one(row -> row.text("v")));

        assertThat(value).isEqualTo("42::x:y");
    }

    @Test
    void a_text_without_parameters_is_sent_as_it_is() {
        database.run(session -> session.sql("do $$ declare x int; begin x := 1; perform '{}'::jsonb ? 'a'; end $$")
                .execute());
    }

    @Test
    void every_type_survives_the_way_there_and_back() {
        Instant instant = Instant.parse("2026-02-03T04:05:06.123456Z");
        UUID uuid = UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2");
        byte[] bytes = {0, 1, -1};

        database.run(session -> session.sql("""
                select :text::text as t, :number::bigint as n, :integer::int as i, :flag::boolean as f,
                       :instant::timestamptz as m, :bytes::bytea as b, :uuid::uuid as u
                """)
                .bind("text", "über")
                .bind("number", Long.MAX_VALUE)
                .bind("integer", 7)
                .bind("flag", true)
                .bind("instant", instant)
                .bind("bytes", bytes)
                .bind("uuid", uuid)
                .one(row -> {
                    assertThat(row.text("t")).isEqualTo("über");
                    assertThat(row.number("n")).isEqualTo(Long.MAX_VALUE);
                    assertThat(row.integer("i")).isEqualTo(7);
                    assertThat(row.flag("f")).isTrue();
                    assertThat(row.instant("m")).isEqualTo(instant);
                    assertThat(row.bytes("b")).isEqualTo(bytes);
                    assertThat(row.uuid("u")).isEqualTo(uuid);
                    assertThat(row.columns()).containsExactly("t", "n", "i", "f", "m", "b", "u");
                    return row;
                }));
    }

    @Test
    void absent_values_are_null_in_every_type() {
        database.run(session -> session.sql("""
                select :text::text as t, :number::bigint as n, :instant::timestamptz as m,
                       :bytes::bytea as b, :uuid::uuid as u, :texts::text[] as ts,
                       :instants::timestamptz[] as ms
                """)
                .bind("text", (String) null)
                .bind("number", (Long) null)
                .bind("instant", (Instant) null)
                .bind("bytes", (byte[]) null)
                .bind("uuid", (UUID) null)
                .bind("texts", (String[]) null)
                .bind("instants", (Instant[]) null)
                .one(row -> {
                    assertThat(row.columns())
                            .allSatisfy(column ->
                                    assertThat(row.optionalText(column)).isEmpty());
                    assertThat(row.optionalNumber("n")).isEmpty();
                    assertThat(row.optionalInstant("m")).isEmpty();
                    assertThatThrownBy(() -> row.number("n")).hasMessageContaining("\"n\" is NULL");
                    return row;
                }));
    }

    @Test
    void arrays_keep_their_order_and_their_nulls() {
        String rendered = database.transaction(session -> session.sql("""
                select string_agg(concat_ws(',', t, n, i, s, encode(b, 'hex'), m), ';') as v
                  from unnest(:texts::text[], :numbers::bigint[], :integers::int[], :shorts::smallint[],
                              :bytes::bytea[], :instants::timestamptz[])
                       as x (t, n, i, s, b, m)
                """)
                .bind("texts", new String[] {"a\"\\,{}", null})
                .bind("numbers", new long[] {1, 6})
                .bind("integers", new int[] {2, 3})
                .bind("shorts", new short[] {4, 5})
                .bind("bytes", new byte[][] {{10}, null})
                .bind("instants", new Instant[] {null, Instant.parse("1999-12-31T23:59:59.999999999Z")})
                .one(row -> row.text("v")));

        assertThat(rendered).isEqualTo("a\"\\,{},1,2,4,0a;6,3,5,1999-12-31 23:59:59.999999+00");
    }

    @Test
    void empty_arrays_are_empty() {
        long elements = database.transaction(session -> session.sql(
                        "select cardinality(:instants::timestamptz[]) + cardinality(:texts::text[]) as n")
                .bind("instants", new Instant[0])
                .bind("texts", new String[0])
                .one(row -> row.number("n")));

        assertThat(elements).isZero();
    }

    @Test
    void every_connection_speaks_utc_and_compresses_with_lz4_where_it_can() {
        database.run(session -> {
            assertThat(setting(session, "TimeZone")).isEqualTo("UTC");
            assertThat(setting(session, "statement_timeout")).isEqualTo("30s");
            assertThat(setting(session, "application_name")).isEqualTo("webhookdb");
            boolean lz4 = session.sql("""
                    select 'lz4' = any (enumvals) as can from pg_settings where name = 'default_toast_compression'
                    """).one(row -> row.flag("can"));
            assertThat(setting(session, "default_toast_compression")).isEqualTo(lz4 ? "lz4" : "pglz");
        });
    }

    @Test
    void a_second_row_with_the_same_key_is_a_problem_of_the_data() {
        assertThatThrownBy(() -> database.run(session -> {
                    insert(session, 1);
                    insert(session, 1);
                }))
                .asInstanceOf(type(DatabaseException.class))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(DatabaseException.Kind.DATA);
                    assertThat(failure.sqlState()).isEqualTo("23505");
                    assertThat(failure)
                            .hasMessage("Duplicate key value violates unique constraint \"thing_pkey\". "
                                    + "Key (id)=(1) already exists.");
                });
    }

    @Test
    void a_lock_that_cannot_be_had_is_a_conflict() {
        database.run(session -> insert(session, 1));

        database.run(holder -> {
            holder.sql("select id from thing for update").list(row -> row.number("id"));
            assertThat(kindOf(() -> beside.run(other ->
                            other.sql("select id from thing for update nowait").list(row -> row.number("id")))))
                    .isEqualTo(DatabaseException.Kind.CONFLICT);
        });
    }

    @Test
    void a_transaction_that_a_serialization_failure_ended_is_done_again_as_a_whole() {
        var attempts = new AtomicInteger();

        database.run(session -> {
            insert(session, 1);
            session.sql(
                            "do $$ begin if %d < 3 then raise exception 'in the way' using errcode = '40001'; end if; end $$"
                                    .formatted(attempts.incrementAndGet()))
                    .execute();
        });

        assertThat(attempts).hasValue(3);
        assertThat(database.<List<Long>>transaction(
                        session -> session.sql("select id from thing").list(row -> row.number("id"))))
                .containsExactly(1L);
    }

    @Test
    void two_transactions_that_lock_each_other_out_are_both_done() throws Exception {
        database.run(session -> {
            insert(session, 1);
            insert(session, 2);
        });
        var both = new CyclicBarrier(2);
        var met = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<?> one : List.of(
                    threads.submit(() -> lockBoth(1, 2, both, met)), threads.submit(() -> lockBoth(2, 1, both, met)))) {
                one.get(30, TimeUnit.SECONDS);
            }
        }

        assertThat(met).as("one of them was done again").hasValue(3);
    }

    private void lockBoth(int first, int second, CyclicBarrier both, AtomicInteger met) {
        database.run(session -> {
            lock(session, first);
            if (met.incrementAndGet() <= 2) {
                meet(both);
            }
            lock(session, second);
        });
    }

    private static void lock(Session session, int id) {
        session.sql("select id from thing where id = :id for update")
                .bind("id", id)
                .list(row -> row.number("id"));
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_is_done_in_two_databases_is_not_repeated_because_only_a_part_was_undone() {
        var attempts = new AtomicInteger();

        assertThat(kindOf(() -> database.run(outer -> {
                    attempts.incrementAndGet();
                    beside.run(inner -> insert(inner, attempts.get()));
                    outer.sql("do $$ begin raise exception 'in the way' using errcode = '40P01'; end $$")
                            .execute();
                })))
                .isEqualTo(DatabaseException.Kind.CONFLICT);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void what_is_not_there_or_not_allowed_is_refused_and_neither_away_nor_in_conflict() {
        for (String statement : List.of(
                "select nothing",
                "select * from nowhere",
                "selekt",
                "create table nowhere.thing ()",
                "set role nobody_of_that_name",
                "do $$ begin raise insufficient_privilege; end $$",
                "do $$ begin raise invalid_authorization_specification; end $$")) {
            assertThat(kindOf(
                            () -> database.run(session -> session.sql(statement).execute())))
                    .as(statement)
                    .isIn(DatabaseException.Kind.REFUSED, DatabaseException.Kind.DATA);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "53100, UNAVAILABLE",
        "53300, UNAVAILABLE",
        "57P03, UNAVAILABLE",
        "57P01, UNAVAILABLE",
        "40001, CONFLICT",
        "40P01, CONFLICT",
        "55P03, CONFLICT",
        "42P01, REFUSED",
        "42501, REFUSED",
        "28000, REFUSED",
        "42804, DATA",
        "22021, DATA",
        "XX000, OTHER"
    })
    void the_state_of_the_sql_standard_says_what_the_caller_can_do(String state, DatabaseException.Kind kind) {
        assertThat(kindOf(() -> database.run(session -> session.sql(
                                "do $$ begin raise exception using errcode = '%s', message = 'thrown'; end $$"
                                        .formatted(state))
                        .execute())))
                .isEqualTo(kind);
    }

    @Test
    void a_text_with_a_nul_in_it_is_a_problem_of_the_data() {
        assertThat(kindOf(() -> database.run(session ->
                        session.sql("select :text").bind("text", "a\0b").list(row -> true))))
                .isEqualTo(DatabaseException.Kind.DATA);
        assertThat(kindOf(() -> database.run(session -> session.sql("select :texts")
                        .bind("texts", new String[] {"a", "b\0"})
                        .list(row -> true))))
                .isEqualTo(DatabaseException.Kind.DATA);
    }

    @Test
    void an_error_that_quotes_what_it_was_given_is_told_shortly() {
        assertThatThrownBy(() -> database.run(session ->
                        session.sql("select cast(repeat('x', 100000) as int)").list(row -> true)))
                .asInstanceOf(type(DatabaseException.class))
                .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(2_001));
    }

    @Test
    void a_statement_over_its_time_limit_is_cancelled() {
        assertThat(kindOf(() -> database.transaction(
                        Duration.ofMillis(100),
                        session -> session.sql("select pg_sleep(20)").list(Function.identity()))))
                .isEqualTo(DatabaseException.Kind.UNAVAILABLE);
        assertThat(count()).isZero();
    }

    @Test
    void statements_that_must_stand_alone_have_no_time_limit() {
        String limit = database.autocommit(session -> {
            session.sql("create index concurrently on thing (name)").execute();
            return setting(session, "statement_timeout");
        });

        assertThat(limit).isEqualTo("0");
    }

    @Test
    void a_server_that_is_not_there_is_noticed_soon() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        expectUnavailable(port);
    }

    @Test
    void a_server_that_does_not_speak_is_noticed_soon() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            expectUnavailable(silent.getLocalPort());
        }
    }

    @Test
    void connections_come_back_after_the_server_ended_them() {
        database.run(session -> insert(session, 1));
        try (Database administration = TestPostgres.administration()) {
            administration.run(session -> session.sql(
                            "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")
                    .bind("name", database.name())
                    .list(row -> 1));
        }

        await().untilAsserted(() -> {
            try {
                assertThat(count()).isEqualTo(1);
            } catch (DatabaseException failure) {
                throw new AssertionError(failure);
            }
        });
        assertThat(database.available()).isTrue();
    }

    @Test
    void background_work_waits_for_its_turn_and_leaves_connections_to_what_somebody_waits_for() throws Exception {
        Pool pool = Pool.shared(database.address(), 3, 0, 1, Metrics.none().pool("test"));
        CountDownLatch held = new CountDownLatch(2);
        CountDownLatch released = new CountDownLatch(1);
        try (Database shared = new Database(pool);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> background = IntStream.range(0, 50)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> shared.run(session -> {
                        held.countDown();
                        reached(released);
                        insert(session, number);
                    })))
                    .toList();
            reached(held);

            AtomicInteger answered = new AtomicInteger();
            Foreground.run(() -> answered.set(
                    shared.transaction(session -> session.sql("select 1 as one").one(row -> row.integer("one")))));
            assertThat(answered).hasValue(1);

            // longer than anybody waits to whom a connection is given at once
            assertThatThrownBy(() -> background.getLast().get(1_500, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            released.countDown();
            for (Future<?> one : background) {
                one.get();
            }
        }
        assertThat(count()).isEqualTo(50);
    }

    @Test
    void work_inside_of_other_work_with_the_same_database_is_a_defect() {
        assertThatThrownBy(() -> database.run(outer -> database.run(inner -> insert(inner, 1))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(database.name());
        assertThat(count()).isZero();
    }

    @Test
    void a_pool_that_nobody_uses_lets_its_connections_go_and_brings_them_back() {
        Pool pool = new Pool(database.address(), 2, 0);
        try (Database resting = new Database(pool)) {
            resting.run(session -> {
                insert(session, 5);
                resting.rest(Duration.ZERO);
                assertThat(pool.resting()).isFalse();
            });
            resting.rest(Duration.ofMinutes(1));
            assertThat(pool.resting()).isFalse();
            resting.rest(Duration.ZERO);
            assertThat(pool.resting()).isTrue();

            resting.run(session -> insert(session, 6));
            assertThat(count()).isEqualTo(2);
        }
    }

    @Test
    void the_driver_sends_every_array_in_binary_form() throws SQLException {
        Pool pool = new Pool(database.address(), 1, 0);
        try (Connection connection = pool.connection()) {
            for (var array : Map.of(
                            "text", new String[] {"a", null},
                            "int8", new long[] {1},
                            "int4", new int[] {1},
                            "int2", new short[] {1},
                            "bool", new boolean[] {true},
                            "bytea", new byte[][] {{1}, null})
                    .entrySet()) {
                PgArray encoded = (PgArray) BinaryArrays.array(connection, array.getKey(), array.getValue());
                assertThat(encoded.isBinary()).as(array.getKey()).isTrue();
            }
            PgArray nullable = (PgArray) BinaryArrays.array(connection, "int8", new Long[] {1L, null});
            assertThat(nullable.isBinary()).isTrue();
        } finally {
            pool.close();
        }
    }

    @Test
    void five_hundred_large_rows_are_written_in_one_statement() {
        database.run(session -> session.sql("create table if not exists body (id bigint, data bytea)")
                .execute());
        byte[][] bodies = new byte[500][];
        long[] ids = new long[500];
        for (int index = 0; index < bodies.length; index++) {
            bodies[index] = "x".repeat(2700).getBytes(StandardCharsets.UTF_8);
            ids[index] = index;
        }

        int written = database.transaction(
                session -> session.sql("insert into body select * from unnest(:ids::bigint[], :bodies::bytea[])")
                        .bind("ids", ids)
                        .bind("bodies", bodies)
                        .execute());

        assertThat(written).isEqualTo(500);
    }

    private static void expectUnavailable(int port) {
        ServerAddress address = ServerAddress.of("127.0.0.1", port, "nothing", "nobody", new Password("wrong"));
        try (Database away = new Database(new Pool(address, 2, 2))) {
            long start = System.nanoTime();
            assertThat(kindOf(() -> away.run(session -> session.sql("select 1").execute())))
                    .isEqualTo(DatabaseException.Kind.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
            assertThat(away.available()).isFalse();
        } catch (UncheckedIOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static DatabaseException.Kind kindOf(Runnable work) {
        try {
            work.run();
        } catch (DatabaseException failure) {
            return failure.kind();
        }
        throw new AssertionError("The work was expected to fail.");
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void insert(Session session, long id) {
        session.sql("insert into thing (id) values (:id)").bind("id", id).execute();
    }

    private static long count() {
        return database.transaction(
                session -> session.sql("select count(*) as n from thing").one(row -> row.number("n")));
    }

    private static String setting(Session session, String name) {
        Optional<String> value = session.sql("select current_setting(:name) as v")
                .bind("name", name)
                .first(row -> row.text("v"));
        return value.orElseThrow();
    }
}
