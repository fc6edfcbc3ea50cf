package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Request;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a host remembers of the webhooks that it had no room for. */
class OverflowTest {
    private static final long PLENTY = 1 << 20;

    private final Overflow overflow = new Overflow();

    @Test
    void endpoints_take_turns_and_each_gives_its_oldest_first() {
        add(1, 10, 11, 12);
        add(2, 20);

        assertThat(overflow.take(3, PLENTY, Set.of())).containsExactly(10, 20, 11);
        assertThat(overflow.take(3, PLENTY, Set.of())).containsExactly(12);
        assertThat(overflow.isEmpty()).isTrue();
    }

    @Test
    void an_endpoint_that_has_enough_waits_and_keeps_nobody_else_waiting() {
        add(1, 10, 11);
        add(2, 20);

        assertThat(overflow.take(9, PLENTY, Set.of(1L))).containsExactly(20);
        assertThat(overflow.take(9, PLENTY, Set.of(1L))).isEmpty();
        assertThat(overflow.take(9, PLENTY, Set.of())).containsExactly(10, 11);
    }

    @Test
    void no_more_is_taken_than_there_is_room_for_but_always_one() {
        add(1, 10, 11, 12);
        int size = delivery(1, 10).size();

        assertThat(overflow.take(9, 2L * size, Set.of())).containsExactly(10, 11);
        assertThat(overflow.take(9, 1, Set.of())).containsExactly(12);
    }

    @Test
    void so_many_that_they_would_fill_the_memory_are_not_remembered() {
        for (int i = 0; i < 200_001; i++) {
            overflow.add(delivery(1, i));
        }

        assertThat(overflow.take(Integer.MAX_VALUE, Long.MAX_VALUE, Set.of())).hasSize(200_000);
    }

    private static Delivery delivery(long endpoint, long id) {
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[100]);
        return Delivery.of(id, endpoint, request, 0, 0, Instant.MAX);
    }

    private void add(long endpoint, long... webhooks) {
        for (long webhook : webhooks) {
            overflow.add(delivery(endpoint, webhook));
        }
    }
}
