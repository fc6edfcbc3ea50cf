package dev.webhookdb.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When something that failed is tried again. */
class DoublingTest {
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
}
