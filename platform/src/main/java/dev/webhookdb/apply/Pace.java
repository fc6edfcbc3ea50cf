package dev.webhookdb.apply;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * When batches are stored while many requests wait to be acknowledged. Endpoints with few webhooks go on as ever. The others, whose rush it
 * is, are stored in one batch after the other, with pauses between them, so that no more than a share of the time goes into that.
 *
 * <p>For use by one thread at a time.
 */
final class Pace {
    /** So many webhooks of an endpoint within {@link #WINDOW} are few. */
    private static final int FEW = 100;

    private static final long WINDOW = Duration.ofSeconds(1).toNanos();

    /** A pause is so many times as long as the batch took. */
    private static final int PAUSES = 3;

    private static final long LONGEST_PAUSE = Duration.ofMillis(500).toNanos();

    private final BooleanSupplier rush;
    private final LongSupplier nanoTime;
    private boolean underWay;
    private long begun;
    private long next;
    private long forgot;

    /**
     * @param rush whether many requests wait now
     * @param nanoTime as {@link System#nanoTime}
     */
    Pace(BooleanSupplier rush, LongSupplier nanoTime) {
        this.rush = rush;
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
        this.forgot = next;
    }

    boolean isRush() {
        return rush.getAsBoolean();
    }

    /** Returns whether one that is not quiet may begin now, although there is a rush. */
    boolean mayBegin() {
        return !underWay && nanoTime.getAsLong() - next >= 0;
    }

    /** Says that a batch of an endpoint that is not quiet begins. */
    void begin() {
        underWay = true;
        begun = nanoTime.getAsLong();
    }

    /** Says that this batch ended. */
    void end() {
        underWay = false;
        long now = nanoTime.getAsLong();
        next = now + Math.min(LONGEST_PAUSE, PAUSES * (now - begun));
    }

    /** Returns true about once in a second. */
    boolean isTimeToForget() {
        long now = nanoTime.getAsLong();
        boolean due = now - forgot >= WINDOW;
        if (due) {
            forgot = now;
        }
        return due;
    }

    /** How much an endpoint took of the current second. */
    final class Usage {
        private long window = nanoTime.getAsLong() - WINDOW;
        private int stored;

        /** Returns whether it had few webhooks, with those that wait. */
        boolean isQuiet(int waiting) {
            return waiting + (counts() ? stored : 0) <= FEW;
        }

        /** Adds a batch. */
        void add(int size) {
            if (!counts()) {
                window = nanoTime.getAsLong();
                stored = 0;
            }
            stored += size;
        }

        /** Returns whether what it stored still counts. */
        boolean counts() {
            return nanoTime.getAsLong() - window < WINDOW;
        }
    }
}
