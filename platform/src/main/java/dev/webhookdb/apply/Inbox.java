package dev.webhookdb.apply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Deliveries in memory, by endpoint, in the order in which they came. Thread-safe.
 *
 * <p>Endpoints take turns, so that a busy one does not keep others waiting, and none may fill more than a quarter of the room. What
 * does not fit is refused: it is in the queue table and comes back from there.
 *
 * <p>Two batches of one endpoint may be under way at a time: the second is read while the first is stored. A batch tells when its
 * predecessor is stored, so that storing keeps the order of arrival.
 */
final class Inbox {
    private static final int MOST_PER_BATCH = 500;
    private static final int MOST_BYTES_PER_BATCH = 8 << 20;
    private static final int BATCHES_UNDER_WAY = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Lane> lanes = new HashMap<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private final long mostBytes;
    private final long mostBytesPerEndpoint;
    private long bytes;
    private int underWay;
    private boolean closed;

    /** @param mostBytes what may wait in memory */
    Inbox(long mostBytes) {
        this.mostBytes = mostBytes;
        this.mostBytesPerEndpoint = mostBytes / 4;
    }

    /** Takes a delivery in, or returns false if there is no room for it. */
    boolean offer(Delivery delivery) {
        lock.lock();
        try {
            Lane lane = lanes.computeIfAbsent(delivery.endpointId(), Lane::new);
            if (closed || isFull(bytes, delivery, mostBytes) || isFull(lane.bytes, delivery, mostBytesPerEndpoint)) {
                return false;
            }
            lane.waiting.add(delivery);
            lane.bytes += delivery.size();
            bytes += delivery.size();
            makeReady(lane);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next batch; empty if there is none within the time, or ever. */
    Optional<Batch> take(long milliseconds) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(milliseconds);
            while (ready.isEmpty()) {
                if (nanos <= 0 || (closed && bytes == 0)) {
                    return Optional.empty();
                }
                nanos = changed.awaitNanos(nanos);
            }
            return Optional.of(batch(ready.poll()));
        } finally {
            lock.unlock();
        }
    }

    /** Says that a batch is finished, well or not. */
    void finish(Batch batch) {
        lock.lock();
        try {
            Lane lane = lanes.get(batch.endpointId());
            lane.underWay--;
            underWay--;
            makeReady(lane);
            if (lane.underWay == 0 && lane.waiting.isEmpty()) {
                lanes.remove(lane.endpointId);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        batch.stored().complete(null);
    }

    /** Returns the endpoints that have no room left. */
    long[] full() {
        lock.lock();
        try {
            return lanes.values().stream()
                    .filter(lane -> lane.bytes > mostBytesPerEndpoint / 2)
                    .mapToLong(lane -> lane.endpointId)
                    .toArray();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many bytes of deliveries may be taken in; nothing while there is no room for a good number of them. */
    long room() {
        lock.lock();
        try {
            return closed || bytes >= mostBytes / 2 ? 0 : mostBytes - bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing in any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything taken in is finished; returns false if that takes longer. */
    boolean drained(long milliseconds) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(milliseconds);
            while (bytes > 0 || underWay > 0) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What is larger than the limit is taken when nothing else waits: it would otherwise never be. */
    private static boolean isFull(long taken, Delivery delivery, long limit) {
        return taken > 0 && taken + delivery.size() > limit;
    }

    private void makeReady(Lane lane) {
        if (!lane.ready && lane.mayBegin()) {
            lane.ready = true;
            ready.add(lane);
            changed.signal();
        }
    }

    private Batch batch(Lane lane) {
        List<Delivery> deliveries = new ArrayList<>();
        int size = 0;
        while (!lane.waiting.isEmpty() && fits(lane.waiting.peek(), deliveries, size)) {
            Delivery next = lane.waiting.poll();
            size += next.size();
            deliveries.add(next);
        }
        lane.bytes -= size;
        bytes -= size;
        lane.ready = false;
        lane.suspect = deliveries.getFirst().isSuspect();
        lane.underWay++;
        underWay++;
        var batch = new Batch(lane.endpointId, deliveries, lane.last, new CompletableFuture<>());
        lane.last = batch.stored();
        makeReady(lane);
        return batch;
    }

    /** What a host died with is a batch of its own: should the next one die, it is known of what. */
    private static boolean fits(Delivery next, List<Delivery> batch, int size) {
        return batch.isEmpty()
                || (batch.size() < MOST_PER_BATCH
                        && size < MOST_BYTES_PER_BATCH
                        && !next.isSuspect()
                        && !batch.getFirst().isSuspect());
    }

    /**
     * Deliveries of one endpoint.
     *
     * @param predecessor completed when the endpoint's previous batch is stored
     * @param stored to be completed when this one is; {@link #finish} does so at the latest
     */
    record Batch(
            long endpointId,
            List<Delivery> deliveries,
            CompletableFuture<Void> predecessor,
            CompletableFuture<Void> stored) {}

    private static final class Lane {
        private final long endpointId;
        private final Deque<Delivery> waiting = new ArrayDeque<>();
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        private long bytes;
        private int underWay;
        private boolean ready;
        private boolean suspect;

        /** What a host died with waits for those before it, and those after it wait for it. */
        private boolean mayBegin() {
            if (waiting.isEmpty()) {
                return false;
            }
            boolean together = !suspect && !waiting.peek().isSuspect();
            return underWay < (together ? BATCHES_UNDER_WAY : 1);
        }

        private Lane(long endpointId) {
            this.endpointId = endpointId;
        }
    }
}
