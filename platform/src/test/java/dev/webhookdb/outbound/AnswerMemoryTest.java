package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.MemoryBudget.Charge;
import dev.webhookdb.spi.ConnectorException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AnswerMemoryTest {
    private static final long MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget("tests", 10 * MIB);

    /** Somebody may have to get a little, and end, before others give back what the page waits for. */
    @Test
    @Timeout(30)
    void a_large_page_that_waits_for_more_keeps_nobody_waiting_behind_it() throws Exception {
        Charge others = budget.charge(4 * MIB, Duration.ZERO);
        try (AnswerMemory page = AnswerMemory.large(budget, () -> {})) {
            page.take(5 * MIB);
            CompletableFuture<Void> more = taken(page, 3 * MIB);
            await().during(Duration.ofMillis(200)).until(() -> !more.isDone());

            budget.charge(MIB, Duration.ofMillis(100)).close();
            others.close();

            more.get();
            assertThat(budget.charged()).isEqualTo(8 * MIB);
        }
        assertThat(budget.charged()).isZero();
    }

    @Test
    @Timeout(30)
    void a_large_page_that_waits_in_vain_gives_back_what_it_has_soon() throws Exception {
        try (Charge others = budget.charge(4 * MIB, Duration.ZERO)) {
            try (AnswerMemory page = AnswerMemory.large(budget, () -> {})) {
                page.take(5 * MIB);

                assertThatThrownBy(() -> page.take(3 * MIB))
                        .isInstanceOf(ConnectorException.class)
                        .hasMessageContaining("does not fit into memory");
            }
            assertThat(budget.charged()).as("of %s", others).isEqualTo(4 * MIB);
        }
    }

    private static CompletableFuture<Void> taken(AnswerMemory page, long bytes) {
        var taken = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                page.take(bytes);
                taken.complete(null);
            } catch (InterruptedException | RuntimeException e) {
                taken.completeExceptionally(e);
            }
        });
        return taken;
    }
}
