package dev.webhookdb.webhooklog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.ingest.TestLog;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggedRequestsTest {
    private static final int SEGMENTS = 20;
    private static final int EACH = 15;
    private static final Pattern UNPACKING = Pattern.compile("Function Scan on .*\\bone\\b.*loops=(\\d+)");

    private final Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(3_600);
    private PlatformDatabase platform;
    private Database database;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_row");
        run("insert into organization (id, key, name) overriding system value values (1, 'acme', 'Acme')");
        run(
                "insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value values (1, 'svi_1', 1, 'fixture')");
        try (TestLog log = new TestLog(database)) {
            for (int segment = 0; segment < SEGMENTS; segment++) {
                int first = segment * EACH;
                log.together(
                        1,
                        second,
                        false,
                        IntStream.range(first, first + EACH)
                                .mapToObj(Integer::toString)
                                .toList());
            }
        }
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void all_of_a_second_that_are_wanted_are_read_and_each_of_their_segments_is_unpacked_once() {
        long[] ids = ids();

        assertThat(database.<Integer>transaction(
                        session -> LoggedRequests.read(session, ids, endpoints(ids), times(ids))
                                .list(row -> row.text("body"))
                                .size()))
                .isEqualTo(SEGMENTS * EACH);
        assertThat(unpacked(ids)).containsExactly(SEGMENTS);
    }

    @Test
    void only_the_segments_between_the_first_and_the_last_that_are_wanted_are_unpacked() {
        long[] ids = Arrays.copyOfRange(ids(), EACH + 1, 3 * EACH);

        assertThat(unpacked(ids)).containsExactly(2);
    }

    @Test
    void one_webhook_of_a_busy_second_is_found_in_its_segment_alone() {
        long[] ids = ids();
        String one = "'%s'".formatted(second);

        for (int i = 0; i < ids.length; i += EACH - 1) {
            String id = Long.toString(ids[i]);
            String query = "select body from webhook where " + LogSql.isOne("1", one + "::timestamptz", id);

            assertThat(database.<List<Integer>>transaction(session -> unpackings(session, query)))
                    .containsExactly(1);
        }
    }

    /** For each place where segments are unpacked, how often that was done, in the plan that is kept for whatever is wanted. */
    private List<Integer> unpacked(long[] ids) {
        String prepared = LoggedRequests.READ
                .replace(":ids", "$1")
                .replace(":endpoints", "$2")
                .replace(":received", "$3");
        return database.transaction(session -> {
            session.sql("set local plan_cache_mode = force_generic_plan").execute();
            session.lookUpByIndex();
            session.sql("prepare reading (bigint[], bigint[], timestamptz[]) as " + prepared)
                    .execute();
            List<Integer> unpacked = unpackings(
                    session,
                    "execute reading ('%s', '%s', '%s')"
                            .formatted(literal(ids), literal(endpoints(ids)), literal(times(ids))));
            session.sql("deallocate reading").execute();
            return unpacked;
        });
    }

    private static List<Integer> unpackings(Session session, String query) {
        return session.sql("explain (analyze, costs off) " + query).list(row -> row.text("QUERY PLAN")).stream()
                .flatMap(line -> UNPACKING.matcher(line).results())
                .map(LoggedRequestsTest::loops)
                .toList();
    }

    private static String literal(long[] numbers) {
        return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(",", "{", "}"));
    }

    private static String literal(Instant[] times) {
        return Arrays.stream(times).map(Instant::toString).collect(Collectors.joining("\",\"", "{\"", "\"}"));
    }

    private static int loops(MatchResult found) {
        return Integer.parseInt(found.group(1));
    }

    private long[] ids() {
        return database
                .<List<Long>>transaction(session ->
                        session.sql("select id from webhook order by id").list(row -> row.number("id")))
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    private static long[] endpoints(long[] ids) {
        return Arrays.stream(ids).map(id -> 1).toArray();
    }

    private Instant[] times(long[] ids) {
        return Arrays.stream(ids).mapToObj(id -> second).toArray(Instant[]::new);
    }

    private void run(String sql) {
        database.run(session -> session.sql(sql).execute());
    }
}
