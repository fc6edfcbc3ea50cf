package dev.webhookdb.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IngestLoadTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    private long now = Long.MAX_VALUE - 5 * SECOND;
    private final IngestLoad load = new IngestLoad(() -> now);

    @Test
    void a_few_requests_are_no_load() {
        for (int i = 0; i < 1_000; i++) {
            rush(7);
        }

        assertThat(load.isHigh()).isFalse();
    }

    @Test
    void eight_that_wait_are_when_it_lasts_until_a_moment_after_the_last_came() {
        for (int millis = 0; millis < 100; millis += 10) {
            assertThat(load.isHigh()).as("after %d ms", millis).isFalse();
            rush(8);
        }
        assertThat(load.isHigh()).isTrue();

        now += 10 * MILLISECOND - 1;
        assertThat(load.isHigh()).isTrue();
        now += 1;
        assertThat(load.isHigh()).isFalse();
    }

    @Test
    void those_who_wait_for_a_slow_commit_are() {
        begin(8);
        now += 300 * MILLISECOND;
        assertThat(load.isHigh()).isTrue();

        end(8);
        begin(8);
        assertThat(load.isHigh()).isTrue();
    }

    @Test
    void many_that_come_at_once_now_and_then_are_no_load() {
        for (int i = 0; i < 1_000; i++) {
            rush(100);
            assertThat(load.isHigh()).isFalse();
            now += 10 * MILLISECOND;
        }
    }

    @Test
    void a_rush_that_never_ends_counts_for_a_minute_and_the_next_one_again() {
        for (int millis = 0; millis < 120_000; millis += 10) {
            rush(8);
            if (millis >= 100) {
                assertThat(load.isHigh()).as("after %d ms", millis).isEqualTo(millis + 10 < 60_000);
            }
        }

        now += SECOND;
        for (int i = 0; i < 10; i++) {
            rush(8);
        }
        assertThat(load.isHigh()).isTrue();
    }

    /** So many come and are acknowledged, which takes ten milliseconds. */
    private void rush(int count) {
        begin(count);
        end(count);
        now += 10 * MILLISECOND;
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            load.began();
        }
    }

    private void end(int count) {
        for (int i = 0; i < count; i++) {
            load.ended();
        }
    }
}
