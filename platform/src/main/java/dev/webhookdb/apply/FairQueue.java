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
 * <p>While many requests wait to be acknowledged, endpoints with many webhooks make way ({@link Pace}).
 *
 * <p>Two batches of one endpoint may be under way at a time: the second is read while the first is stored. A batch tells when its
 * predecessor is stored, so that storing keeps the order of arrival.
 */
final class FairQueue {
    private static final int MOST_PER_BATCH = 500;
    private static final int MOST_BYTES_PER_BATCH = 8 << 20;
    private static final int BATCHES_UNDER_WAY = 2;

    /** Between two looks whether those who make way still have to. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Partition> partitions = new HashMap<>();
    private final Deque<Partition> ready = new ArrayDeque<>();
    private final Pace pace;
    private final long mostBytes;
    private final long mostBytesPerEndpoint;
    private long bytes;
    private int underWay;
    private boolean closed;

    /**
     * @param mostBytes what may wait in memory
     * @param pace who makes way while many requests wait to be acknowledged
     */
    FairQueue(long mostBytes, Pace pace) {
        this.pace = pace;
        this.mostBytes = mostBytes;
        this.mostBytesPerEndpoint = mostBytes / 4;
    }

    /** Takes a delivery in, or returns false if there is no room for it. */
    boolean offer(Delivery delivery) {
        lock.lock();
        try {
            Partition partition = partitions.computeIfAbsent(delivery.endpointId(), Partition::new);
            if (closed
                    || isFull(bytes, delivery, mostBytes)
                    || isFull(partition.bytes, delivery, mostBytesPerEndpoint)) {
                return false;
            }
            partition.waiting.add(delivery);
            partition.bytes += delivery.size();
            bytes += delivery.size();
            makeReady(partition);
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
            Optional<Partition> next = next();
            while (next.isEmpty()) {
                if (nanos <= 0 || (closed && bytes == 0)) {
                    return Optional.empty();
                }
                long part = ready.isEmpty() ? nanos : Math.min(nanos, LOOK_AGAIN);
                nanos -= part - changed.awaitNanos(part);
                next = next();
            }
            return next.map(this::batch);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whose turn it is; empty if nobody is ready, or those who are have to wait for requests to be acknowledged. */
    private Optional<Partition> next() {
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        if (closed || !pace.isRush() || pace.mayBegin()) {
            return Optional.of(ready.remove());
        }
        Optional<Partition> quiet = ready.stream().filter(Partition::isQuiet).findFirst();
        quiet.ifPresent(ready::remove);
        return quiet;
    }

    /** Says that a batch is finished, well or not. */
    void finish(Batch batch) {
        lock.lock();
        try {
            Partition partition = partitions.get(batch.endpointId());
            partition.underWay--;
            underWay--;
            if (batch.isPaced()) {
                pace.end();
            }
            makeReady(partition);
            remove(partition);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        batch.stored().complete(null);
    }

    /** What an endpoint stored a moment ago is remembered in a rush, or a busy one that was empty for a moment would count as quiet. */
    private void remove(Partition partition) {
        boolean rush = pace.isRush();
        if (!rush && partition.isEmpty()) {
            partitions.remove(partition.endpointId);
        }
        if (pace.isTimeToForget()) {
            partitions.values().removeIf(one -> one.isEmpty() && !(rush && one.usage.counts()));
        }
    }

    /** Returns the endpoints that have no room left. */
    long[] full() {
        lock.lock();
        try {
            return partitions.values().stream()
                    .filter(partition -> partition.bytes > mostBytesPerEndpoint / 2)
                    .mapToLong(partition -> partition.endpointId)
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

    private void makeReady(Partition partition) {
        if (!partition.ready && partition.mayBegin()) {
            partition.ready = true;
            ready.add(partition);
            changed.signal();
        }
    }

    private Batch batch(Partition partition) {
        boolean quiet = partition.isQuiet();
        List<Delivery> deliveries = new ArrayList<>();
        int size = 0;
        while (!partition.waiting.isEmpty() && fits(partition.waiting.peek(), deliveries, size)) {
            Delivery next = partition.waiting.poll();
            size += next.size();
            deliveries.add(next);
        }
        partition.bytes -= size;
        bytes -= size;
        partition.ready = false;
        partition.suspect = deliveries.getFirst().isSuspect();
        partition.underWay++;
        underWay++;
        boolean paced = !quiet && pace.mayBegin();
        if (paced) {
            pace.begin();
        }
        partition.usage.add(deliveries.size());
        var batch = new Batch(partition.endpointId, deliveries, paced, partition.last, new CompletableFuture<>());
        partition.last = batch.stored();
        makeReady(partition);
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
     * @param isPaced whether others like it wait for its end while there is a rush
     * @param predecessor completed when the endpoint's previous batch is stored
     * @param stored to be completed when this one is; {@link #finish} does so at the latest
     */
    record Batch(
            long endpointId,
            List<Delivery> deliveries,
            boolean isPaced,
            CompletableFuture<Void> predecessor,
            CompletableFuture<Void> stored) {}

    private final class Partition {
        private final long endpointId;
        private final Pace.Usage usage = pace.new Usage();
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

        private boolean isQuiet() {
            return usage.isQuiet(waiting.size());
        }

        private boolean isEmpty() {
            return underWay == 0 && waiting.isEmpty();
        }

        private Partition(long endpointId) {
            this.endpointId = endpointId;
        }
    }
}
