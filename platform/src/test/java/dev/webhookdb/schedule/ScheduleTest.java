package dev.webhookdb.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When things are due, kept by a real Quartz in a real PostgreSQL. */
class ScheduleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private PlatformDatabase platform;

    @BeforeEach
    void start() {
        platform = TestPostgres.platform();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void aTaskIsDueAgainAndAgain() {
        try (Schedule schedule = open("")) {
            schedule.every("poll", SECOND, Duration.ZERO);
            schedule.start();

            await().until(() -> Collections.frequency(List.copyOf(told), "poll") >= 3);
        }
    }

    @Test
    void aTaskThatFailsIsDueAgainAllTheSame() {
        try (Schedule schedule = Schedule.open(platform.scheduleConnections(), task -> {
            told.add(task);
            throw new IllegalStateException("a planted failure");
        })) {
            schedule.every("poll", SECOND, Duration.ZERO);
            schedule.start();

            await().until(() -> told.size() >= 2);
        }
    }

    @Test
    void oneOfTwoHostsIsTold() {
        try (Schedule first = open("a:");
                Schedule second = open("b:")) {
            first.every("poll", SECOND, SECOND);
            second.every("poll", SECOND, SECOND);
            first.start();
            second.start();
            Instant begun = Instant.now();

            await().until(() -> told.size() >= 4);

            long seconds = Duration.between(begun, Instant.now()).toSeconds();
            assertThat(told.size()).isLessThanOrEqualTo((int) seconds + 2);
        }
    }

    @Test
    void manyAtOnceCanMakeTheSameTasksDue() throws InterruptedException, ExecutionException {
        try (Schedule first = open("a:");
                Schedule second = open("b:");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> work = IntStream.range(0, 16)
                    .<Callable<Void>>mapToObj(one -> () -> {
                        for (int task = 0; task < 10; task++) {
                            (one % 2 == 0 ? first : second).every("task-" + task, Duration.ofHours(1), SECOND);
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }

            assertThat(first.tasks()).hasSize(10);
        }
    }

    @Test
    void whatWasMissedWhileNobodyRanIsDueOnce() {
        try (Schedule schedule = open("")) {
            schedule.every("poll", Duration.ofHours(1), Duration.ZERO);
        }
        rewind(Duration.ofHours(30));

        try (Schedule schedule = open("")) {
            schedule.start();
            await().until(() -> !told.isEmpty());
            await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).until(() -> told.size() == 1);
            assertThat(schedule.next("poll").orElseThrow())
                    .isAfter(Instant.now().plusSeconds(3_000));
        }
    }

    @Test
    void aTaskKeepsItsTimesUnlessItsIntervalChanges() {
        try (Schedule schedule = open("")) {
            schedule.every("poll", Duration.ofHours(1), Duration.ofMinutes(10));
            Instant next = schedule.next("poll").orElseThrow();

            schedule.every("poll", Duration.ofHours(1), Duration.ofMinutes(50));
            assertThat(schedule.next("poll")).contains(next);

            schedule.every("poll", Duration.ofHours(2), Duration.ofMinutes(50));
            assertThat(schedule.next("poll").orElseThrow()).isAfter(next);
            assertThat(schedule.tasks()).containsOnly(Map.entry("poll", Duration.ofHours(2)));

            schedule.cancel("poll");
            assertThat(schedule.tasks()).isEmpty();
        }
    }

    private Schedule open(String host) {
        return Schedule.open(platform.scheduleConnections(), task -> told.add(host + task));
    }

    /** As if no host had run for that long. */
    private void rewind(Duration time) {
        platform.database()
                .run(session ->
                        session.sql("""
                        update qrtz_triggers set next_fire_time = next_fire_time - :milliseconds,
                          start_time = start_time - :milliseconds""").bind("milliseconds", time.toMillis()).execute());
    }
}
