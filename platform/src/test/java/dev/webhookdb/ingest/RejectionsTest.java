package dev.webhookdb.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.ingest.Rejections.Keeping;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RejectionsTest {
    private static final long MIB = 1 << 20;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T10:00:00Z"));
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final Rejections rejections = new Rejections(clock, 16 * MIB);

    @Test
    void what_fits_into_the_hour_is_kept_whole_and_the_next_hour_is_a_new_one() {
        for (int i = 0; i < 3; i++) {
            assertThat(rejections.keep(1, 5 * MIB, 1_024)).isEqualTo(new Keeping.Whole());
        }
        assertThat(rejections.keep(1, 5 * MIB, 1_024)).isEqualTo(new Keeping.Head(0));
        assertThat(rejections.keep(1, MIB, 1_024)).isEqualTo(new Keeping.Whole());

        pass(Duration.ofHours(1));
        assertThat(rejections.keep(1, 5 * MIB, 1_024)).isEqualTo(new Keeping.Whole());
    }

    @Test
    void one_endpoint_does_not_take_what_is_anothers() {
        assertThat(rejections.keep(1, 16 * MIB, 1_024)).isEqualTo(new Keeping.Whole());
        assertThat(rejections.keep(2, 16 * MIB, 1_024)).isEqualTo(new Keeping.Whole());
    }

    @Test
    void of_a_flood_some_heads_are_kept_each_minute_and_tell_how_many_were_not() {
        rejections.keep(1, 16 * MIB, 1_024);
        for (int i = 0; i < 10; i++) {
            assertThat(rejections.keep(1, 1, 1_024)).isEqualTo(new Keeping.Head(0));
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(rejections.keep(1, 1, 1_024)).isEqualTo(new Keeping.Nothing());
        }

        pass(Duration.ofMinutes(1));
        assertThat(rejections.keep(1, 1, 1_024)).isEqualTo(new Keeping.Head(1_000));
        assertThat(rejections.keep(1, 1, 1_024)).isEqualTo(new Keeping.Head(0));
    }

    @Test
    void heads_have_a_limit_in_bytes_too() {
        rejections.keep(1, 16 * MIB, 1_024);

        assertThat(rejections.keep(1, 1, 2 * MIB)).isEqualTo(new Keeping.Nothing());
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }
}
