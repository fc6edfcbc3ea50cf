package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.JobRequests.Due;
import dev.webhookdb.backfill.LeasedJobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.Result;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who runs a job, and who may want one. */
class JobRepositoryTest {
    private static final Duration OVERLAP = Duration.ofMinutes(10);

    private PlatformDatabase platform;
    private Database database;
    private JobRequests list;
    private JobRepository here;
    private JobRepository elsewhere;
    private long integration;

    @BeforeEach
    void start() {
        platform = TestPostgres.platform();
        database = platform.database();
        list = new JobRequests(database);
        here = new JobRepository(database);
        elsewhere = new JobRepository(database);
        integration = integration(database);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void oneHostRunsAJob() {
        list.begin(integration, Cause.USER, Optional.empty());

        assertThat(claim(here)).isPresent();
        assertThat(claim(elsewhere)).isEmpty();
        assertThat(claim(here)).isEmpty();
    }

    @Test
    void theJobOfAHostThatDiedIsTakenOverWithItsPartsAndLostToTheOther() {
        list.begin(integration, Cause.USER, Optional.empty());
        Claimed job = claim(here).orElseThrow();
        here.add(job.id(), Split.of(0, Optional.empty(), Optional.empty()), Optional.empty());
        here.advance(
                job,
                progress(Split.of(0, Optional.empty(), Optional.empty())
                        .goingOn(Optional.empty(), Optional.of("page 2"))));
        expire();

        Claimed taken = claim(elsewhere).orElseThrow();

        assertThat(taken.id()).isEqualTo(job.id());
        assertThat(elsewhere.splits(job.id()))
                .singleElement()
                .satisfies(split -> assertThat(split.cursor()).contains("page 2"));
        assertThatThrownBy(() -> here.advance(job, progress())).isInstanceOf(LostJobException.class);
        assertThatThrownBy(() ->
                        here.finish(job, State.FAILED, Optional.of(new ConnectorFailure(Kind.SETTINGS, "too late"))))
                .isInstanceOf(LostJobException.class);
        assertThat(list.of(integration, 1).getFirst().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void hostsThatEndWithTheSamePageAreCountedAndThoseThatStopOrGetOnAreNot() {
        list.begin(integration, Cause.USER, Optional.empty());
        assertThat(claim(here)).isPresent();
        expire();
        assertThat(lease(elsewhere).deaths()).isEqualTo(1);
        expire();
        Lease<Claimed> again = lease(here);
        assertThat(again.deaths()).isEqualTo(2);

        here.advance(again.payload(), progress());
        here.queue().settle(again, new Result.Released());

        assertThat(lease(elsewhere).deaths()).isZero();
    }

    @Test
    void aJobThatEndsThreeHostsHasFailedWithAReasonAndAnotherMayBegin() {
        list.begin(integration, Cause.USER, Optional.empty());
        for (int death = 0; death < 3; death++) {
            assertThat(claim(here)).isPresent();
            expire();
        }

        assertThat(elsewhere.queue().claim(1).parked()).hasSize(1);

        assertThat(list.of(integration, 1).getFirst()).satisfies(job -> {
            assertThat(job.state()).isEqualTo(State.FAILED);
            assertThat(job.error()).contains(here.poison(3));
            assertThat(job.finishedAt()).isPresent();
        });
        list.begin(integration, Cause.USER, Optional.empty());
        assertThat(claim(elsewhere)).isPresent();
    }

    @Test
    void everyResourceThatIsRefusedCountsAlsoForTheSameReasonAndAHundredAreKept() {
        list.begin(integration, Cause.USER, Optional.empty());
        Claimed job = claim(here).orElseThrow();
        List<Backfills.Refused> refused = IntStream.range(0, 70)
                .mapToObj(number -> new Backfills.Refused("It has no id.", "{\"number\":%d}".formatted(number)))
                .toList();

        for (int page = 0; page < 2; page++) {
            here.advance(
                    job,
                    new JobRepository.Progress(
                            List.of(), 1, 70, 0, refused, Optional.empty(), Optional.of(Instant.now())));
        }

        assertThat(list.of(integration, 1).getFirst().refused()).isEqualTo(140);
        assertThat(list.refused(integration)).hasSize(100).startsWith(refused.toArray(Backfills.Refused[]::new));
    }

    @Test
    void aJobThatAHostGivesBackIsFreeAtOnce() {
        list.begin(integration, Cause.USER, Optional.empty());

        here.queue().settle(lease(here), new Result.Released());

        assertThat(claim(elsewhere)).isPresent();
    }

    @Test
    void aRunThatIsDueWhileAnotherIsUnderWayIsNotBegunTwiceButRemembered() {
        BackfillJob first = list.begin(integration, Cause.USER, Optional.empty());

        BackfillJob second = list.begin(integration, Cause.SCHEDULE, Optional.of(OVERLAP));

        assertThat(second.opaqueId()).isEqualTo(first.opaqueId());
        assertThat(list.of(integration, 10)).hasSize(1);
        assertThat(list.dueMeanwhile(integration)).isEqualTo(Due.CHANGES);
        assertThat(list.dueMeanwhile(integration)).as("once").isEqualTo(Due.NOTHING);
    }

    @Test
    void aRunAfterTheParentsIsRememberedIfTheChildsHasBegunWithoutTheParentsRows() {
        list.begin(integration, Cause.SETUP, Optional.empty());
        list.begin(integration, Cause.PARENT, Optional.empty());
        assertThat(list.dueMeanwhile(integration))
                .as("what is queued sees the parent's rows")
                .isEqualTo(Due.NOTHING);

        assertThat(claim(here)).isPresent();
        list.begin(integration, Cause.PARENT, Optional.empty());
        list.begin(integration, Cause.SCHEDULE, Optional.of(OVERLAP));

        assertThat(list.dueMeanwhile(integration)).isEqualTo(Due.EVERYTHING);
        assertThat(list.dueMeanwhile(integration)).as("once").isEqualTo(Due.NOTHING);
    }

    @Test
    void anIncrementalRunBeginsWhereTheLastCompleteOneAskedFirstLessTheOverlap() {
        Instant asked = Instant.parse("2026-02-01T10:00:00Z");
        list.begin(integration, Cause.USER, Optional.of(OVERLAP));
        Claimed complete = claim(here).orElseThrow();
        assertThat(complete.since()).as("nothing was listed yet").isEmpty();
        here.advance(
                complete,
                new JobRepository.Progress(List.of(), 1, 2, 2, List.of(), Optional.empty(), Optional.of(asked)));
        here.advance(
                complete,
                new JobRepository.Progress(
                        List.of(), 1, 2, 2, List.of(), Optional.empty(), Optional.of(asked.plusSeconds(60))));
        here.finish(complete, State.SUCCEEDED, Optional.empty());

        BackfillJob next = list.begin(integration, Cause.SCHEDULE, Optional.of(OVERLAP));

        assertThat(next.since()).contains(asked.minus(OVERLAP));
    }

    @Test
    void aRunThatFailedCoversNothing() {
        list.begin(integration, Cause.USER, Optional.of(OVERLAP));
        Claimed job = claim(here).orElseThrow();
        here.advance(job, progress());
        here.finish(job, State.FAILED, Optional.of(new ConnectorFailure(Kind.SETTINGS, "The key is wrong.")));

        assertThat(list.begin(integration, Cause.USER, Optional.of(OVERLAP)).since())
                .isEmpty();
    }

    @Test
    void scheduledRunsRestLongerEachTimeAfterSettingsThatDoNotWork() {
        assertThat(list.isDue(integration)).isTrue();
        for (int failures = 1; failures <= 3; failures++) {
            list.ended(integration, Cause.SCHEDULE, Optional.of(Kind.SETTINGS));
            assertThat(list.isDue(integration)).isFalse();
            assertThat(rest()).isBetween(1L << failures, (1L << failures) + 1);
        }

        list.forgive(integration);

        assertThat(list.isDue(integration)).isTrue();
    }

    @Test
    void theHundredNewestJobsAreKept() {
        for (int i = 0; i < 105; i++) {
            list.begin(integration, Cause.SCHEDULE, Optional.empty());
            here.finish(claim(here).orElseThrow(), State.SUCCEEDED, Optional.empty());
            list.ended(integration, Cause.SCHEDULE, Optional.empty());
        }

        assertThat(list.of(integration, 1_000)).hasSize(101);
    }

    private static Lease<Claimed> lease(JobRepository jobs) {
        return jobs.queue().claim(1).leases().getFirst();
    }

    private static Optional<Claimed> claim(JobRepository jobs) {
        return jobs.queue().claim(1).leases().stream().map(Lease::payload).findFirst();
    }

    private static JobRepository.Progress progress(Split... splits) {
        return new JobRepository.Progress(
                List.of(splits), 1, 100, 100, List.of(), Optional.empty(), Optional.of(Instant.now()));
    }

    /** Minutes until the next scheduled run, rounded. */
    private long rest() {
        Instant until = database.transaction(
                session -> session.sql("select not_before from backfill_state").one(row -> row.instant("not_before")));
        return Math.round(Instant.now().until(until, ChronoUnit.SECONDS) / 60.0);
    }

    private void expire() {
        database.run(session -> session.sql(
                        "update backfill_job set due_at = clock_timestamp() - interval '1 second' where claimed_by is not null")
                .execute());
    }

    static long integration(Database database) {
        return database.transaction(session -> session.sql("""
                        with organization as (
                          insert into organization (key, name) values ('acme', 'Acme') returning id
                        ), endpoint as (
                          insert into endpoint (opaque_id, organization_id, connector_id)
                          select 'svi_1', id, 'acme' from organization returning id, organization_id
                        )
                        insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name)
                        select 'svi_1', id, organization_id, 'acme_order_v1', 'acme_order_v1_0000' from endpoint returning id""").one(row -> row.number("id")));
    }
}
