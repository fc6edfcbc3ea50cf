package dev.webhookdb.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.MemoryBudget.Charge;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget("tests", 10 * MIB);

    @Test
    void what_is_given_back_can_be_charged_again() {
        Charge all = budget.tryCharge(10 * MIB).orElseThrow();
        assertThat(budget.tryCharge(1)).isEmpty();

        all.close();
        all.close();

        assertThat(budget.charged()).isZero();
        assertThat(budget.tryCharge(10 * MIB)).isPresent();
    }

    @Test
    void a_charge_grows_as_far_as_there_is_room_and_gives_everything_back() {
        try (Charge charge = budget.tryCharge(4 * MIB).orElseThrow()) {
            assertThat(charge.grow(6 * MIB)).isTrue();
            assertThat(charge.grow(1)).isFalse();
            assertThat(budget.charged()).isEqualTo(10 * MIB);
        }
        assertThat(budget.charged()).isZero();
    }

    @Test
    void what_is_larger_than_the_budget_is_refused_at_once_with_the_remedy() {
        assertThatThrownBy(() -> budget.charge(11 * MIB, Duration.ofHours(1)))
                .isInstanceOfSatisfying(
                        OverBudgetException.class,
                        e -> assertThat(e.everTooLarge()).isTrue())
                .hasMessage(
                        "It needs 11 MiB of memory, and the host has 10 MiB for tests; a larger heap (-Xmx in WEBHOOKDB_JAVA_OPTS) gives more.");
    }

    @Test
    void who_waits_in_vain_is_told_so() {
        assertThat(budget.tryCharge(10 * MIB)).isPresent();

        assertThatThrownBy(() -> budget.charge(MIB, Duration.ofMillis(10)))
                .isInstanceOfSatisfying(
                        OverBudgetException.class,
                        e -> assertThat(e.everTooLarge()).isFalse());
    }

    @Test
    void a_large_piece_of_work_gets_its_turn_before_small_ones_that_came_later() throws Exception {
        Charge first = budget.tryCharge(5 * MIB).orElseThrow();
        CompletableFuture<Charge> large = waiting(10 * MIB);
        CompletableFuture<Charge> small = waiting(MIB);

        first.close();

        large.get(10, TimeUnit.SECONDS).close();
        small.get(10, TimeUnit.SECONDS).close();
        assertThat(budget.charged()).isZero();
    }

    /** Returns once the thread waits. */
    private CompletableFuture<Charge> waiting(long bytes) {
        var charged = new CompletableFuture<Charge>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                charged.complete(budget.charge(bytes, Duration.ofMinutes(1)));
            } catch (InterruptedException | RuntimeException e) {
                charged.completeExceptionally(e);
            }
        });
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return charged;
    }
}
