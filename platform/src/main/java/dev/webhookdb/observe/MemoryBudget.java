package dev.webhookdb.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A part of the heap that one kind of work may fill. Whoever is about to hold something that comes from outside charges what it will
 * take, before it takes it, and gives that back when it is done. Those who wait get their turn in the order in which they came, so
 * that a large piece of work is not kept waiting for ever by small ones. Thread-safe.
 */
public final class MemoryBudget {
    /** Permits are counted in portions, because a semaphore counts with an {@code int}. */
    private static final int PORTION = 1 << 10;

    private final String what;
    private final int portions;
    private final Semaphore free;

    /**
     * Creates a budget.
     *
     * @param what is charged to it, for messages: "webhooks that are received"
     * @param bytes at least 1 KiB, at most 2 TiB
     */
    public MemoryBudget(String what, long bytes) {
        this.what = what;
        this.portions = Math.toIntExact(Math.max(1, bytes / PORTION));
        this.free = new Semaphore(portions, true);
    }

    /** Returns how much there is in all, in bytes. */
    public long capacity() {
        return (long) portions * PORTION;
    }

    /** Returns how much is charged now, in bytes. */
    public long charged() {
        return capacity() - (long) free.availablePermits() * PORTION;
    }

    /** Charges at once, or not at all. */
    public Optional<Charge> tryCharge(long bytes) {
        if (bytes > capacity()) {
            return Optional.empty();
        }
        int needed = portions(bytes);
        return free.tryAcquire(needed) ? Optional.of(new Charge(needed)) : Optional.empty();
    }

    /**
     * Waits until it can be charged.
     *
     * @throws OverBudgetException if it is more than the whole budget, or was not free in time
     */
    public Charge charge(long bytes, Duration patience) throws InterruptedException {
        if (bytes > capacity()) {
            throw new OverBudgetException(
                    true,
                    "It needs %d MiB of memory, and the host has %d MiB for %s; a larger heap (-Xmx in WEBHOOKDB_JAVA_OPTS) gives more."
                            .formatted(mebibytes(bytes), mebibytes(capacity()), what));
        }
        int needed = portions(bytes);
        if (!free.tryAcquire(needed, patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new OverBudgetException(
                    false, "The host's memory for %s was in use for %d s.".formatted(what, patience.toSeconds()));
        }
        return new Charge(needed);
    }

    private static int portions(long bytes) {
        return Math.toIntExact(Math.max(1, (bytes + PORTION - 1) / PORTION));
    }

    private static long mebibytes(long bytes) {
        return Math.max(1, (bytes + (1 << 20) - 1) >> 20);
    }

    /** What somebody holds. For use by one thread at a time; closing it twice does nothing. */
    public final class Charge implements AutoCloseable {
        private int held;

        private Charge(int held) {
            this.held = held;
        }

        /** Charges more, at once, or returns false and keeps what is held. */
        public boolean grow(long bytes) {
            int more = portions(bytes);
            if (bytes > capacity() || !free.tryAcquire(more)) {
                return false;
            }
            held += more;
            return true;
        }

        /** Returns a charge for the same memory that another thread closes; this one holds nothing any more. */
        public Charge handedOver() {
            Charge other = new Charge(held);
            held = 0;
            return other;
        }

        @Override
        public void close() {
            free.release(held);
            held = 0;
        }
    }
}
