package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplyRetriesTest {
    private static final List<Mistake> FAILURE =
            List.of(new Mistake(new Position("a.yaml", 1), "http-syncs.x", "It is away."));

    private final Hand clock = new Hand();
    private final ApplyRetries retries = new ApplyRetries(clock);

    @Test
    void nothing_is_tried_again_where_nothing_failed() {
        retries.failed(List.of());
        clock.move(Duration.ofDays(1));

        assertThat(retries.areDue()).isFalse();
    }

    @Test
    void what_failed_is_tried_again_after_seconds_and_then_less_often() {
        retries.failed(FAILURE);
        clock.move(Duration.ofSeconds(4));
        boolean early = retries.areDue();
        clock.move(Duration.ofSeconds(2));
        boolean soon = retries.areDue();
        for (int attempt = 0; attempt < 10; attempt++) {
            retries.failed(FAILURE);
        }
        clock.move(Duration.ofMinutes(9));
        boolean often = retries.areDue();
        clock.move(Duration.ofMinutes(3));

        assertThat(List.of(early, soon, often, retries.areDue())).containsExactly(false, true, false, true);
    }

    @Test
    void a_success_or_other_files_end_it() {
        retries.failed(FAILURE);
        retries.reset();
        clock.move(Duration.ofHours(1));
        boolean afterReset = retries.areDue();
        retries.failed(FAILURE);
        retries.failed(List.of());
        clock.move(Duration.ofHours(1));

        assertThat(List.of(afterReset, retries.areDue())).containsExactly(false, false);
    }

    /** A clock that somebody moves. */
    private static final class Hand extends Clock {
        private Instant now = Instant.EPOCH;

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
