package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.reader.Readers;
import dev.webhookdb.sql.BusyException;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.ServerShare;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people's statements may take: memory, connections and time. */
class ResultLimitsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final MemoryBudget RESULTS = new MemoryBudget("results", 16 << 20);

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static List<Long> organizations;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(
                platform.database(),
                platform.servers(),
                new ReversingSealer(),
                List.of(),
                RESULTS,
                new ServerShare(100),
                new BackgroundTasks(),
                Metrics.none());
        organizations = IntStream.range(0, 6)
                .mapToObj(number -> TestPostgres.organization(platform, "asks_" + number))
                .toList();
        organizations.forEach(id -> databases.create(id, "asks"));
    }

    @AfterAll
    static void close() {
        organizations.forEach(databases::drop);
        databases.close();
        platform.close();
    }

    @AfterEach
    void nothing_stays_charged() {
        assertThat(RESULTS.charged()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select repeat('x', 100000000)",
                "select repeat('x', 500000000)",
                "select id, repeat('x', 100000000) from generate_series(1, 5) as id",
                "select repeat('x', 6000000), repeat('x', 6000000), repeat('x', 6000000)",
                "select id, case when id = 900 then repeat('x', 50000000) else 'x' end from generate_series(1, 1000) as id",
                "select array_agg(repeat('x', 1000)) from generate_series(1, 50000)",
                "select array_fill(1, array[10000000])",
                "select decode(repeat('00', 20000000), 'hex')",
                "select to_jsonb(repeat('x', 50000000))",
                "select json_agg(id) from generate_series(1, 5000000) as id",
                "select xmlelement(name a, repeat('x', 50000000))",
                "values (repeat('x', 50000000))",
                "explain verbose select repeat('x', 50000000)",
                "select cast(repeat('x', 100000000) as int)",
                "do $$ begin raise exception '%', repeat('x', 100000000); end $$",
                "do $$ begin raise notice '%', repeat('x', 100000000); end $$",
                "do $$ begin for i in 1..50000 loop raise notice 'x'; end loop; end $$"
            })
    void what_is_too_large_ends_in_a_sentence_and_the_next_statement_runs(String statement) {
        long organization = organizations.getFirst();

        assertThatThrownBy(() -> query(organization, statement))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("The result is larger than 16 MB");

        assertThat(query(organization, "select 1").rows()).containsExactly(List.of(Optional.of("1")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 16})
    void a_value_that_fits_is_returned_whole(int megabytes) {
        QueryResult result = query(organizations.getFirst(), "select repeat('x', %d)".formatted(megabytes * 1_000_000));

        assertThat(result.rows().getFirst().getFirst().orElseThrow()).hasSize(megabytes * 1_000_000);
        assertThat(result.types()).containsExactly("text");
    }

    @Test
    void so_many_small_values_are_cut_off_like_large_ones() {
        String columns =
                String.join(", ", IntStream.range(0, 1_600).mapToObj(i -> "1").toList());

        QueryResult result =
                query(organizations.getFirst(), "select %s from generate_series(1, 1000)".formatted(columns));

        assertThat(result.more()).isTrue();
        assertThat(result.rows()).hasSizeBetween(10, 200);
    }

    @Test
    void an_error_that_fits_is_shortened() {
        assertThatThrownBy(() -> query(organizations.getFirst(), "select cast(repeat('x', 100000) as int)"))
                .isInstanceOf(QueryException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(2_100));
    }

    @Test
    void a_strangers_result_is_smaller() {
        long organization = organizations.getFirst();

        assertThatThrownBy(() -> databases.queryForStranger(
                        organization, "select repeat('x', 3000000)", LIMIT, 10, result -> result))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("larger than 1 MB");
    }

    @Test
    void a_result_that_others_leave_no_memory_for_is_refused_for_now() throws InterruptedException {
        try (MemoryBudget.Charge others = RESULTS.charge(15 << 20, LIMIT)) {
            assertThatThrownBy(() -> query(organizations.getFirst(), "select repeat('x', 5000000)"))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("Try again in a moment");
            assertThat(others.grow(1)).isTrue();
        }
    }

    @Test
    void what_a_statement_leaves_on_its_connection_ends_with_it() {
        long organization = organizations.getFirst();
        query(organization, "select set_config('statement_timeout', '77', false), set_config('a.b', 'c', false)");
        query(organization, "listen somewhere");
        query(organization, "prepare mine as select 1");
        query(organization, "set search_path = pg_catalog");

        assertThat(query(organization, """
                        select current_setting('TimeZone'), coalesce(current_setting('a.b', true), ''),
                               (select count(*) from pg_locks where locktype = 'advisory' and database = (
                                  select oid from pg_database where datname = current_database()))::text,
                               (select count(*) from pg_listening_channels())::text,
                               (select count(*) from pg_prepared_statements where name = 'mine')::text,
                               current_setting('search_path')""").rows().getFirst())
                .map(Optional::orElseThrow)
                .containsExactly("UTC", "", "0", "0", "0", "\"$user\", public");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config('statement_timeout', '0', false), pg_sleep(60) from generate_series(1, 1000)",
                "select pg_sleep(0.3) from generate_series(1, 1000)",
                "do $$ begin perform pg_sleep(60); end $$",
                "do $$ begin loop begin perform pg_sleep(60); exception when query_canceled then null; end; end loop; end $$"
            })
    void no_statement_outlives_its_limit(String statement) {
        long organization = organizations.getLast();
        long start = System.nanoTime();

        assertThatThrownBy(
                        () -> databases.query(organization, statement, Duration.ofMillis(500), 1_000, result -> result))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("WHERE or LIMIT");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(sessions(organization, "state = 'active'")).isZero());
    }

    @Test
    void a_flood_of_slow_statements_stays_within_its_places_and_others_are_answered() throws Exception {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> flood = organizations.subList(0, 3).stream()
                    .flatMap(id -> IntStream.range(0, 20).mapToObj(i -> people.submit(() -> outcome(id))))
                    .toList();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> flood.stream().filter(Future::isDone).count() >= 40);

            assertThat(query(organizations.get(4), "select 1").rows()).hasSize(1);
            assertThat(organizations.subList(0, 3).stream()
                            .mapToLong(id -> sessions(id, "true"))
                            .sum())
                    .isBetween(1L, 12L);
            for (Future<String> each : flood) {
                assertThat(each.get())
                        .isIn(
                                "slept",
                                "4 statements of the organization are running. Try again in a moment.",
                                "The database has no connection ready. Try again in a moment.");
            }
        }
    }

    @Test
    void connections_that_one_organization_left_idle_make_room_for_another() {
        organizations.forEach(id -> {
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, 4).forEach(i -> people.execute(() -> query(id, "select pg_sleep(0.1)")));
            }
        });

        assertThat(organizations.stream().mapToLong(id -> sessions(id, "true")).sum())
                .isLessThanOrEqualTo(Readers.MOST + 4L);
    }

    @Test
    void strangers_leave_places_for_members() throws Exception {
        long organization = organizations.getFirst();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> flood = IntStream.range(0, 20)
                    .mapToObj(i -> people.<Object>submit(() -> databases.queryForStranger(
                            organization, "select pg_sleep(4)", LIMIT, 10, result -> result)))
                    .toList();
            Awaitility.await().until(() -> sessions(organization, "state = 'active'") == 2);

            assertThat(query(organization, "select 1").rows()).hasSize(1);
            assertThat(flood).filteredOn(each -> !each.isDone()).isNotEmpty();
        }
    }

    private static String outcome(long organization) {
        try {
            query(organization, "select pg_sleep(8)");
            return "slept";
        } catch (BusyException e) {
            return e.getMessage();
        }
    }

    private static QueryResult query(long organization, String text) {
        return databases.query(organization, text, LIMIT, 1_000, result -> result);
    }

    /** Of the reader, but not of this question. */
    private static long sessions(long organization, String which) {
        String database = databases.open(organization).name();
        try (Database administration = TestPostgres.administration()) {
            return administration.transaction(session ->
                    session.sql("""
                            select count(*) as n from pg_stat_activity
                            where datname = :database and usename like '%%_reader' and %s""".formatted(which)).bind("database", database).one(row -> row.number("n")));
        }
    }
}
