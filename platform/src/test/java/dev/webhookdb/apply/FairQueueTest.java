package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final int SIZE_OVERHEAD = 2048;

    private static final long SECOND = 1_000_000_000;

    private boolean rush;
    private long now = 7;
    private final FairQueue inbox = new FairQueue(64 << 20, new Pace(() -> rush, () -> now));

    @Test
    void a_batch_holds_one_endpoints_deliveries_in_the_order_of_their_arrival() throws InterruptedException {
        offer(1, 10, 11);
        offer(2, 20);
        offer(1, 12);

        assertThat(ids(take())).containsExactly(10L, 11L, 12L);
        assertThat(ids(take())).containsExactly(20L);
        assertThat(inbox.take(1)).isEmpty();
    }

    @Test
    void endpoints_take_turns_however_busy_one_is() throws InterruptedException {
        offer(1, LongStream.range(0, 2_000).toArray());
        offer(2, 5_000);

        FairQueue.Batch busy = take();

        assertThat(busy.deliveries()).hasSize(500);
        assertThat(take().endpointId()).isEqualTo(2);
        assertThat(take().endpointId()).isEqualTo(1);
    }

    @Test
    void two_batches_of_an_endpoint_are_under_way_at_most() throws InterruptedException {
        offer(1, LongStream.range(0, 2_000).toArray());
        FairQueue.Batch first = take();
        take();

        assertThat(inbox.take(1)).isEmpty();
        inbox.finish(first);
        assertThat(ids(take())).startsWith(1_000L);
    }

    @Test
    void a_batch_learns_when_its_predecessor_is_stored() throws InterruptedException {
        offer(1, LongStream.range(0, 1_000).toArray());
        FairQueue.Batch first = take();
        FairQueue.Batch second = take();

        assertThat(first.predecessor()).isDone();
        assertThat(second.predecessor()).isNotDone();
        first.stored().complete(null);
        assertThat(second.predecessor()).isDone();
    }

    @Test
    void a_batch_that_fails_does_not_hold_up_its_successor() throws InterruptedException {
        offer(1, LongStream.range(0, 1_000).toArray());
        FairQueue.Batch first = take();
        CompletableFuture<Void> predecessor = take().predecessor();

        inbox.finish(first);

        assertThat(predecessor).isDone();
    }

    @Test
    void no_endpoint_fills_more_than_a_quarter_of_the_room() {
        int mebibyte = (1 << 20) - SIZE_OVERHEAD;
        for (int i = 0; i < 16; i++) {
            assertThat(inbox.offer(delivery(1, i, mebibyte))).isTrue();
        }

        assertThat(inbox.offer(delivery(1, 16, mebibyte))).isFalse();
        assertThat(inbox.full()).containsExactly(1L);
        assertThat(inbox.offer(delivery(2, 17, mebibyte))).isTrue();
        assertThat(inbox.room()).isPositive();
    }

    @Test
    void all_endpoints_together_do_not_fill_more_than_the_room() {
        int half = (8 << 20) - SIZE_OVERHEAD;
        for (int endpoint = 0; endpoint < 8; endpoint++) {
            assertThat(inbox.offer(delivery(endpoint, endpoint, half))).isTrue();
        }

        assertThat(inbox.offer(delivery(9, 9, 0))).isFalse();
        assertThat(inbox.room()).isZero();
    }

    @Test
    void a_delivery_larger_than_an_endpoints_share_is_taken_when_nothing_else_waits() throws InterruptedException {
        assertThat(inbox.offer(delivery(1, 1, 20 << 20))).isTrue();
        assertThat(inbox.offer(delivery(1, 2, 0))).isFalse();

        inbox.finish(take());

        assertThat(inbox.offer(delivery(1, 3, 80 << 20))).isTrue();
        assertThat(ids(take())).containsExactly(3L);
    }

    @Test
    void in_a_rush_busy_endpoints_are_stored_one_batch_after_the_other_with_pauses() throws InterruptedException {
        rush = true;
        offer(1, LongStream.range(0, 2_000).toArray());
        offer(2, LongStream.range(5_000, 6_000).toArray());
        FairQueue.Batch first = take();

        assertThat(inbox.take(1)).isEmpty();
        now += SECOND / 10;
        inbox.finish(first);
        now += 3 * SECOND / 10 - 1;
        assertThat(inbox.take(1)).isEmpty();
        now += 1;
        assertThat(take().endpointId()).isEqualTo(2);
    }

    @Test
    void in_a_rush_no_pause_is_longer_than_half_a_second() throws InterruptedException {
        rush = true;
        offer(1, LongStream.range(0, 2_000).toArray());
        FairQueue.Batch slow = take();
        now += 10 * SECOND;
        inbox.finish(slow);

        now += SECOND / 2 - 1;
        assertThat(inbox.take(1)).isEmpty();
        now += 1;
        assertThat(take().endpointId()).isEqualTo(1);
    }

    @Test
    void in_a_rush_endpoints_with_few_webhooks_wait_for_nobody() throws InterruptedException {
        rush = true;
        offer(1, LongStream.range(0, 2_000).toArray());
        take();
        for (int endpoint = 2; endpoint < 50; endpoint++) {
            offer(endpoint, 10_000 + endpoint);
            assertThat(take().endpointId()).isEqualTo(endpoint);
        }
    }

    @Test
    void in_a_rush_a_busy_endpoint_that_was_empty_for_a_moment_is_not_taken_for_a_quiet_one()
            throws InterruptedException {
        rush = true;
        for (int i = 0; i < 5; i++) {
            offer(1, LongStream.range(20L * i, 20L * i + 20).toArray());
            inbox.finish(take());
        }
        offer(2, LongStream.range(5_000, 6_000).toArray());
        take();
        offer(1, 100);

        assertThat(inbox.take(1)).isEmpty();
        now += SECOND;
        assertThat(ids(take())).containsExactly(100L);
    }

    @Test
    void after_a_rush_and_when_it_is_closed_everything_goes_on_at_once() throws InterruptedException {
        rush = true;
        offer(1, LongStream.range(0, 2_000).toArray());
        take();
        assertThat(inbox.take(1)).isEmpty();
        rush = false;
        inbox.finish(take());

        rush = true;
        assertThat(inbox.take(1)).isEmpty();
        inbox.close();
        assertThat(take().endpointId()).isEqualTo(1);
    }

    @Test
    void a_closed_inbox_takes_nothing_in_and_gives_out_what_it_has() throws InterruptedException {
        offer(1, 10);
        inbox.close();

        assertThat(inbox.offer(delivery(1, 11, 0))).isFalse();
        assertThat(ids(take())).containsExactly(10L);
        assertThat(inbox.take(10_000)).isEmpty();
    }

    @Test
    void it_is_drained_when_everything_taken_in_is_finished() throws InterruptedException {
        assertThat(inbox.drained(0)).isTrue();
        offer(1, 10);
        assertThat(inbox.drained(1)).isFalse();
        FairQueue.Batch batch = take();
        assertThat(inbox.drained(1)).isFalse();

        inbox.finish(batch);

        assertThat(inbox.drained(0)).isTrue();
    }

    private void offer(long endpoint, long... ids) {
        for (long id : ids) {
            assertThat(inbox.offer(delivery(endpoint, id, 0))).isTrue();
        }
    }

    private FairQueue.Batch take() throws InterruptedException {
        Optional<FairQueue.Batch> batch = inbox.take(1_000);
        return batch.orElseThrow(() -> new AssertionError("There is no batch"));
    }

    private static List<Long> ids(FairQueue.Batch batch) {
        return batch.deliveries().stream().map(Delivery::webhookId).toList();
    }

    @Test
    void what_a_host_died_with_is_alone_in_its_batch_and_of_its_endpoint() throws InterruptedException {
        offer(1, 10);
        inbox.offer(suspect(1, 11));
        inbox.offer(suspect(1, 12));
        offer(1, 13);
        offer(2, 20);

        FairQueue.Batch first = take();
        assertThat(ids(first)).containsExactly(10L);
        assertThat(ids(take())).containsExactly(20L);
        assertThat(inbox.take(1)).isEmpty();

        inbox.finish(first);
        FairQueue.Batch suspect = take();
        assertThat(ids(suspect)).containsExactly(11L);
        assertThat(inbox.take(1)).isEmpty();

        inbox.finish(suspect);
        FairQueue.Batch another = take();
        assertThat(ids(another)).containsExactly(12L);
        inbox.finish(another);
        assertThat(ids(take())).containsExactly(13L);
    }

    private static Delivery suspect(long endpoint, long id) {
        Delivery delivery = delivery(endpoint, id, 0);
        return Delivery.of(id, endpoint, delivery.request(), 1, 1, Instant.MAX);
    }

    private static Delivery delivery(long endpoint, long id, int bytes) {
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[bytes]);
        return Delivery.of(id, endpoint, request, 0, 0, Instant.MAX);
    }
}
