package dev.webhookdb.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Work that is done again and again. */
class LoopTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final long PATIENCE_SECONDS = 60;

    private final Semaphore done = new Semaphore(0);

    @Test
    void it_begins_at_once_and_again_when_it_is_woken_also_during_the_work() throws InterruptedException {
        var woken = new Semaphore(0);
        try (Loop loop = Loop.start("test", LONG, () -> {
            done.release();
            woken.acquireUninterruptibly();
        })) {
            assertThat(isDone()).isTrue();
            loop.wake();
            woken.release();
            assertThat(isDone()).isTrue();
            woken.release(2);
        }
    }

    @Test
    void it_survives_an_exception_and_ends_with_its_closing() throws InterruptedException {
        try (Loop loop = Loop.start("test", Duration.ofMillis(1), () -> {
            done.release();
            throw new IllegalStateException("as expected");
        })) {
            assertThat(isDone()).isTrue();
            assertThat(isDone()).isTrue();
            assertThat(loop).isNotNull();
        }
        done.drainPermits();
        assertThat(done.availablePermits()).isZero();
    }

    @Test
    void pauses_double_up_to_the_longest() {
        var doubling = new Doubling(Duration.ofSeconds(5), Duration.ofMinutes(1));

        assertThat(doubling.after(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(doubling.after(3)).isEqualTo(Duration.ofSeconds(20));
        assertThat(doubling.after(1000)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void those_who_failed_together_come_again_at_different_times() {
        var doubling = new Doubling(Duration.ofSeconds(4), Duration.ofHours(1));

        Set<Duration> pauses =
                Stream.generate(() -> doubling.after(2, 0.5)).limit(100).collect(Collectors.toSet());

        assertThat(pauses)
                .hasSizeGreaterThan(1)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12)));
    }

    private boolean isDone() throws InterruptedException {
        return done.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
