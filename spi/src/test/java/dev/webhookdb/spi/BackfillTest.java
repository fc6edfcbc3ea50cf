package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackfillTest {
    private static final Backfill COMPLETE =
            Backfill.of((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()));

    @Test
    void aListingIsCompleteUnlessItDeclaresMore() {
        assertThat(COMPLETE.overlap()).isEmpty();
        assertThat(COMPLETE.isRanged()).isFalse();
        assertThat(COMPLETE.interval()).isEmpty();
        assertThat(COMPLETE.parent()).isEmpty();
    }

    @Test
    void whatIsDeclaredAddsUp() {
        Backfill all = COMPLETE.incremental(Duration.ofHours(1))
                .ranged()
                .every(Duration.ofMinutes(5))
                .forEach("acme_order_v1");

        assertThat(all.overlap()).contains(Duration.ofHours(1));
        assertThat(all.isRanged()).isTrue();
        assertThat(all.interval()).contains(Duration.ofMinutes(5));
        assertThat(all.parent()).contains("acme_order_v1");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> COMPLETE.incremental(Duration.ofSeconds(-1)))
                .hasMessageContaining("must not be negative");
        assertThatThrownBy(() -> COMPLETE.every(Duration.ofSeconds(59))).hasMessageContaining("once a minute at most");
        assertThatThrownBy(() -> COMPLETE.forEach("Acme order")).hasMessageContaining("Invalid resource name");
        assertThatThrownBy(() -> RateLimit.of(0, Duration.ofSeconds(1))).hasMessageContaining("No rate");
        assertThatThrownBy(() -> RateLimit.of(1, Duration.ZERO)).hasMessageContaining("No rate");
    }
}
