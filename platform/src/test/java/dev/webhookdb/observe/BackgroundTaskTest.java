package dev.webhookdb.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Work that is done again and again. */
class BackgroundTaskTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final long PATIENCE_SECONDS = 60;

    private final BackgroundTasks tasks = new BackgroundTasks();
    private final Semaphore done = new Semaphore(0);

    @Test
    void it_begins_at_once_and_again_when_it_is_woken_also_during_the_work() throws InterruptedException {
        var woken = new Semaphore(0);
        try (BackgroundTask task = tasks.start("test", LONG, () -> {
            done.release();
            woken.acquireUninterruptibly();
        })) {
            assertThat(isDone()).isTrue();
            task.wake();
            woken.release();
            assertThat(isDone()).isTrue();
            woken.release(2);
        }
    }

    @Test
    void it_survives_whatever_is_thrown_and_ends_with_its_closing() throws InterruptedException {
        try (BackgroundTask task = tasks.start("test", Duration.ofMillis(1), () -> {
            done.release();
            throw new AssertionError("as expected");
        })) {
            assertThat(isDone()).isTrue();
            assertThat(isDone()).isTrue();
            assertThat(task).isNotNull();
        }
        done.drainPermits();
        assertThat(done.availablePermits()).isZero();
    }

    @Test
    void what_fails_is_listed_until_it_works_again() throws InterruptedException {
        var broken = new AtomicBoolean(true);
        try (BackgroundTask task = tasks.start("test", Duration.ofMillis(1), () -> {
            done.release();
            if (broken.get()) {
                throw new OutOfMemoryError("as expected");
            }
        })) {
            await().until(() -> tasks.failing().equals(List.of("test")));
            broken.set(false);
            task.wake();
            await().until(() -> tasks.failing().isEmpty());
        }
    }

    private boolean isDone() throws InterruptedException {
        return done.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
