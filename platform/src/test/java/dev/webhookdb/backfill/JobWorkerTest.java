package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.LeasedJobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs on this host, and what the looks for cancelled jobs do to it. */
class JobWorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY = 40;

    private final AtomicInteger endings = new AtomicInteger();
    private final BackgroundTasks tasks = new BackgroundTasks();
    private PlatformDatabase platform;
    private WakeUps wakeUps;
    private JobRequests list;
    private JobRepository jobs;

    @BeforeEach
    void start() {
        platform = TestPostgres.platform();
        wakeUps = WakeUps.start(platform.database(), tasks);
        list = new JobRequests(platform.database());
        jobs = new JobRepository(platform.database());
    }

    @AfterEach
    void stop() {
        wakeUps.close();
        platform.close();
    }

    @Test
    void jobsThatBeginOrEndDuringALookAreNotTakenForCancelledOnes() throws InterruptedException {
        long integration = JobRepositoryTest.integration(platform.database());
        AtomicBoolean done = new AtomicBoolean();
        try (JobWorker worker = new JobWorker(jobs, new Asking(), "cancel", wakeUps, tasks)) {
            Thread looking = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    worker.cancelWanted();
                }
            });
            worker.start();

            for (int i = 1; i <= MANY; i++) {
                list.begin(integration, Cause.USER, Optional.empty());
                worker.wake();
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() ->
                                list.of(integration, 1).getFirst().finishedAt().isPresent());
            }
            done.set(true);
            looking.join();
        }

        assertThat(list.of(integration, MANY))
                .hasSize(MANY)
                .allSatisfy(job -> assertThat(job.state()).isEqualTo(State.SUCCEEDED));
        assertThat(endings).hasValue(MANY);
    }

    /** A job that asks the database, as all do: an interrupt cuts the connection. */
    private final class Asking implements JobWorker.Work {
        @Override
        public void run(Claimed job) {
            for (int i = 0; i < 5; i++) {
                jobs.splits(job.id());
            }
        }

        @Override
        public void ended(Claimed job, State state, Optional<ConnectorFailure> failure) {
            jobs.splits(job.id());
            endings.incrementAndGet();
        }
    }
}
