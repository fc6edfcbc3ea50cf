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
        begin(7);

        assertThat(load.isHigh()).isFalse();
    }

    @Test
    void eight_that_wait_are_until_a_moment_after_the_last_came() {
        begin(8);
        assertThat(load.isHigh()).isTrue();

        end(8);
        now += 20 * MILLISECOND - 1;
        assertThat(load.isHigh()).isTrue();
        now += 1;
        assertThat(load.isHigh()).isFalse();
    }

    @Test
    void those_who_came_one_after_the_other_are_no_load() {
        for (int i = 0; i < 1_000; i++) {
            begin(1);
            end(1);
        }

        assertThat(load.isHigh()).isFalse();
    }

    @Test
    void a_rush_that_never_ends_counts_for_a_minute_and_the_next_one_again() {
        for (int second = 0; second < 120; second++) {
            begin(8);
            assertThat(load.isHigh()).as("after %d s", second).isEqualTo(second < 60);
            end(8);
            now += SECOND / 2;
            begin(8);
            end(8);
            now += SECOND / 2;
        }

        now += SECOND;
        begin(8);
        assertThat(load.isHigh()).isTrue();
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
