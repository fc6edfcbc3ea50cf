package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Expiry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long jobs are kept. */
class JobExpiryTest {
    private static final Expiry EXPIRY = JobRequests.expiry(Duration.ofDays(30));

    private PlatformDatabase platform;
    private Database database;
    private long integration;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        integration = JobRepositoryTest.integration(database);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void jobs_that_ended_longer_ago_than_is_kept_go_with_all_that_belongs_to_them() {
        ended("succeeded", "33 days");
        ended("failed", "32 days");
        ended("cancelled", "31 days");
        ended("succeeded", "29 days");
        ended("failed", "1 minute");
        database.run(session -> {
            session.sql("insert into backfill_part (job_id, number) select id, 0 from backfill_job")
                    .execute();
            session.sql("insert into backfill_refused (job_id, reason, resource) select id, '', '' from backfill_job")
                    .execute();
        });

        assertThat(EXPIRY.removePortion(database)).isEqualTo(3);

        assertThat(jobs()).containsExactly("succeeded 29 days", "failed 1 minute");
        assertThat(count("backfill_part")).isEqualTo(2);
        assertThat(count("backfill_refused")).isEqualTo(2);
    }

    @Test
    void the_latest_of_an_integration_stays_however_old_it_is() {
        ended("succeeded", "60 days");
        ended("failed", "50 days");

        EXPIRY.removePortion(database);

        assertThat(jobs()).containsExactly("failed 50 days");
        assertThat(EXPIRY.removePortion(database)).isZero();
    }

    @Test
    void what_waits_or_runs_stays_however_long_that_takes_and_so_does_what_ended_last_before_it() {
        ended("succeeded", "60 days");
        ended("succeeded", "50 days");
        underWay("running");

        EXPIRY.removePortion(database);

        assertThat(jobs()).containsExactly("succeeded 50 days", "running 40 days");
        database.run(session -> session.sql("update backfill_job set state = 'queued' where state = 'running'")
                .execute());
        assertThat(EXPIRY.removePortion(database)).isZero();
    }

    @Test
    void many_go_a_hundred_at_a_time() {
        for (int i = 0; i < 50; i++) {
            endedOften("31 days", 100);
        }
        ended("succeeded", "1 day");

        List<Integer> portions = IntStream.range(0, 51)
                .map(portion -> EXPIRY.removePortion(database))
                .boxed()
                .toList();

        assertThat(portions.subList(0, 50)).containsOnly(100);
        assertThat(portions.getLast()).isZero();
        assertThat(jobs()).containsExactly("succeeded 1 day");
    }

    private void ended(String state, String age) {
        add(state, age, true, 1);
    }

    private void endedOften(String age, int times) {
        add("succeeded", age, true, times);
    }

    private void underWay(String state) {
        add(state, "40 days", false, 1);
    }

    private void add(String state, String age, boolean over, int times) {
        database.run(session -> session.sql("""
                        insert into backfill_job
                          (opaque_id, integration_id, organization_id, cause, state, created_at, finished_at, due_at, reason)
                        select gen_random_uuid()::text, id, organization_id, 'user', :state, now() - :age::interval,
                          case when :over then now() - :age::interval end, case when not :over then now() end, :age
                        from integration cross join generate_series(1, :times) where id = :integration""")
                .bind("state", state)
                .bind("age", age)
                .bind("over", over)
                .bind("times", times)
                .bind("integration", integration)
                .execute());
    }

    /** States and ages, in the order in which the jobs began. */
    private List<String> jobs() {
        return database.transaction(
                session -> session.sql("select state || ' ' || reason as job from backfill_job order by id")
                        .list(row -> row.text("job")));
    }

    private long count(String table) {
        return database.transaction(session ->
                session.sql("select count(*) as number from " + table).one(row -> row.number("number")));
    }
}
