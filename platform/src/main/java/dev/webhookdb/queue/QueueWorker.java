package dev.webhookdb.queue;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.LeasedQueue.Outlook;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on a queue, as many rows at a time as are wanted, each in a thread of its own, and renews their leases meanwhile. It looks when
 * somebody says that there is something, when the next row becomes due, soon again when a row is due that it did not get, and every ten
 * seconds in any case. Thread-safe.
 */
public final class QueueWorker<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueWorker.class);

    private static final Duration SAFETY = Duration.ofSeconds(10);

    /**
     * Whoever locked a row while it became due says nothing when it lets go. The longer such rows stay, the likelier it is that their
     * partitions have no room, and then somebody does say so.
     */
    private static final Pauses PASSED_OVER = Pauses.doubling(Duration.ofMillis(50), SAFETY);

    private static final Duration FORGETTING = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration TO_FINISH = Duration.ofSeconds(10);
    private static final Pauses WRITING = new Pauses.Doubling(Duration.ofMillis(250), Duration.ofSeconds(10), 0.5);

    private final LeasedQueue<T> queue;
    private final int atOnce;
    private final Duration gathering;
    private final Work<T> work;
    private final WakeUps wakeUps;
    private final Map<Long, Running<T>> running = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Runnable waking = this::wake;
    private volatile long renewed = System.nanoTime();
    private long claimed = System.nanoTime();
    private int passedOver;
    private final BackgroundTask renewing;
    private final BackgroundTask claiming;
    private final BackgroundTask forgetting;

    /** What is done with a row. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Tries it, in a thread of its own. Whatever it throws is our defect, and an attempt.
         *
         * @throws InterruptedException if the host stops or the lease is lost; the row is given back
         */
        Result attempt(Lease<T> lease) throws InterruptedException;

        /** Is told of rows that were parked, or put off, because they killed their host too often. */
        default void poisoned(Lease<T> lease) {}

        /** Is told of rows that were worth nothing any more, and were removed. */
        default void expired(Lease<T> lease) {}
    }

    private QueueWorker(Pace<T> pace, Work<T> work, WakeUps wakeUps, BackgroundTasks tasks) {
        this.queue = pace.queue();
        this.atOnce = pace.atOnce();
        this.gathering = pace.gathering();
        this.work = work;
        this.wakeUps = wakeUps;
        this.renewing = tasks.start(queue.name() + "-renew", queue.lease().dividedBy(3), this::renew);
        this.claiming = tasks.startPaced(queue.name() + "-claim", this::claim);
        this.forgetting = tasks.start(queue.name() + "-forget", FORGETTING, queue::forgetParked);
        wakeUps.register(queue.name(), waking);
    }

    /**
     * Begins to work.
     *
     * @param atOnce how many rows, at least 1
     */
    public static <T> QueueWorker<T> start(
            LeasedQueue<T> queue, int atOnce, Work<T> work, WakeUps wakeUps, BackgroundTasks tasks) {
        return start(queue, atOnce, Duration.ZERO, work, wakeUps, tasks);
    }

    /**
     * The same for work that is done within milliseconds, so that a claim for each row would cost more than the row.
     *
     * @param gathering the least time from one claim to the next
     */
    public static <T> QueueWorker<T> start(
            LeasedQueue<T> queue,
            int atOnce,
            Duration gathering,
            Work<T> work,
            WakeUps wakeUps,
            BackgroundTasks tasks) {
        return new QueueWorker<>(new Pace<>(queue, atOnce, gathering), work, wakeUps, tasks);
    }

    private record Pace<T>(LeasedQueue<T> queue, int atOnce, Duration gathering) {}

    /** Looks for rows at once. */
    public void wake() {
        claiming.wake();
    }

    /** Interrupts the work on a row, if this host has it. */
    public void interrupt(long key) {
        Running<T> one = running.get(key);
        if (one != null) {
            one.interrupt();
        }
    }

    /** Returns the keys of what this host works on. */
    public Set<Long> keys() {
        return Set.copyOf(running.keySet());
    }

    private Duration claim() {
        while (closing.getCount() > 0 && running.size() < atOnce) {
            Duration early = gathering.minusNanos(System.nanoTime() - claimed);
            if (early.isPositive()) {
                return early.plusMillis(1);
            }
            claimed = System.nanoTime();
            renewIfLate();
            Claim<T> claim = queue.claim(atOnce - running.size());
            if (claim.isEmpty()) {
                Outlook outlook = queue.outlook();
                // what became due between the two is not in the claim
                claim = outlook.overdue() ? queue.claim(atOnce - running.size()) : claim;
                if (claim.isEmpty()) {
                    return pause(outlook);
                }
            }
            passedOver = 0;
            // first of all: what is claimed and not begun would be taken for a death
            claim.leases().forEach(this::begin);
            claim.expired().forEach(work::expired);
            claim.parked().forEach(work::poisoned);
        }
        return SAFETY;
    }

    private Duration pause(Outlook outlook) {
        passedOver = outlook.overdue() ? passedOver + 1 : 0;
        Duration next = outlook.next().orElse(SAFETY);
        Duration longest = passedOver == 0 ? SAFETY : PASSED_OVER.after(passedOver, ThreadLocalRandom.current());
        return next.compareTo(longest) < 0 ? next : longest;
    }

    private void begin(Lease<T> lease) {
        Running<T> one =
                new Running<>(lease, Thread.ofVirtual().name("%s-%d".formatted(queue.name(), lease.key())), this::run);
        running.put(lease.key(), one);
        one.thread().start();
    }

    private void run(Running<T> one) {
        Lease<T> lease = one.lease();
        try {
            Result result = attempted(lease, one);
            one.end();
            settle(lease, result);
        } catch (RuntimeException | Error e) {
            LOG.error("What became of row {} of {} is not written down", lease.key(), queue.name(), e);
        } finally {
            running.remove(lease.key(), one);
            wake();
        }
    }

    /** What fails when it is interrupted did not fail by itself: whatever it waited for was cut off. */
    private Result attempted(Lease<T> lease, Running<T> one) {
        Result result = attempted(lease);
        return result instanceof Result.Failed && one.isInterrupted() ? new Result.Released() : result;
    }

    private Result attempted(Lease<T> lease) {
        try {
            return work.attempt(lease);
        } catch (InterruptedException e) {
            LOG.debug("Row {} of {} is given back", lease.key(), queue.name(), e);
            return new Result.Released();
        } catch (RuntimeException | Error e) {
            LOG.error("Row {} of {} met an error", lease.key(), queue.name(), e);
            return new Result.Failed(
                    Failure.of(Failure.Kind.DEFECT),
                    "The host met an unexpected %s; its log says where."
                            .formatted(e.getClass().getSimpleName()));
        }
    }

    /** What was done and is not written down would be done again: so that is tried as long as the host runs. */
    private void settle(Lease<T> lease, Result result) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (!queue.settle(lease, result)) {
                    LOG.info("Row {} of {} is somebody else's by now", lease.key(), queue.name());
                }
                return;
            } catch (DatabaseException e) {
                LOG.warn(
                        "What became of row {} of {} waits to be written down: {}",
                        lease.key(),
                        queue.name(),
                        e.getMessage());
                if (stopped(WRITING.after(attempt, ThreadLocalRandom.current()))) {
                    return;
                }
            }
        }
    }

    private boolean stopped(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whatever kept this host from renewing is over: it must not take its own rows for those of a dead one. */
    private void renewIfLate() {
        if (!running.isEmpty()
                && System.nanoTime() - renewed > queue.lease().dividedBy(2).toNanos()) {
            renew();
        }
    }

    private void renew() {
        Collection<Running<T>> known = List.copyOf(running.values());
        if (known.isEmpty()) {
            renewed = System.nanoTime();
            return;
        }
        Set<Long> held = queue.renew(known.stream().map(Running::lease).toList());
        renewed = System.nanoTime();
        known.stream().filter(one -> !held.contains(one.lease().key())).forEach(Running::interrupt);
    }

    /** Claims nothing any more, and gives back what is not finished within a few seconds. */
    @Override
    public void close() {
        close(GRACE);
    }

    /**
     * The same with another time.
     *
     * @param grace before what is under way is interrupted
     */
    public void close(Duration grace) {
        wakeUps.forget(queue.name(), waking);
        closing.countDown();
        claiming.close();
        forgetting.close();
        join(grace);
        running.values().forEach(Running::interrupt);
        join(TO_FINISH);
        renewing.close();
    }

    /** Waits for all together. */
    private void join(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Running<T> one : running.values()) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (left.isPositive()) {
                    one.thread().join(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
