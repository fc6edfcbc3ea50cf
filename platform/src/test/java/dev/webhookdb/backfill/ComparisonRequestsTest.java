package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Comparisons as those see them who want them, and how long they are kept. */
class ComparisonRequestsTest {
    private PlatformDatabase platform;
    private Database database;
    private ComparisonRequests list;
    private long integration;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        list = new ComparisonRequests(database);
        integration = JobRepositoryTest.integration(database);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void one_of_an_integration_is_under_way_and_another_one_begins_when_it_was_cancelled() {
        Comparison first = list.begin(integration);

        assertThat(list.begin(integration).opaqueId()).isEqualTo(first.opaqueId());
        assertThat(list.cancel(integration))
                .hasValueSatisfying(cancelled -> assertThat(cancelled.state()).isEqualTo(State.CANCELLED));
        assertThat(list.cancel(integration)).isEmpty();
        assertThat(list.begin(integration).opaqueId()).isNotEqualTo(first.opaqueId());
        assertThat(list.find(integration, first.opaqueId())).isPresent();
        assertThat(list.find(integration + 1, first.opaqueId())).isEmpty();
    }

    @Test
    void those_that_ended_longer_ago_than_is_kept_go_but_the_latest_stays_and_so_does_what_runs() {
        ended("33 days");
        ended("31 days");
        ended("30 days 1 hour");
        list.begin(integration);

        assertThat(ComparisonRequests.expiry(Duration.ofDays(30)).removePortion(database))
                .isEqualTo(2);

        assertThat(list.of(integration, 9))
                .extracting(Comparison::state)
                .containsExactly(State.QUEUED, State.SUCCEEDED);
        assertThat(remaining("comparison_part")).isEqualTo(List.of("1"));
        assertThat(remaining("comparison_key")).isEqualTo(List.of("1"));
    }

    private void ended(String age) {
        database.run(session -> {
            session.sql("""
                            insert into comparison (opaque_id, integration_id, organization_id, state, finished_at)
                            select gen_random_uuid()::text, id, organization_id, 'succeeded', now() - :age::interval
                            from integration where id = :integration""").bind("age", age).bind("integration", integration).execute();
            session.sql("insert into comparison_part (job_id, number) select max(id), 0 from comparison")
                    .execute();
            session.sql(
                            "insert into comparison_key (job_id, kind, place, key) select max(id), 'extra', 1, 'k' from comparison")
                    .execute();
        });
    }

    private List<String> remaining(String table) {
        return database.transaction(session ->
                session.sql("select count(*)::text as number from " + table).list(row -> row.text("number")));
    }
}
