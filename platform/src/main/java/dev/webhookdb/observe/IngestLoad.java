package dev.webhookdb.observe;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many requests wait to be acknowledged. Providers give up on a request after some seconds and call an endpoint broken, whereas a row
 * may come a little later: work that can wait asks here whether it should. Thread-safe.
 */
public final class IngestLoad {
    /** So many requests that wait for a commit do not come from a quiet host. */
    private static final int MANY = 8;

    /** A commit acknowledges all that wait at once, and the next ones need a moment to come. */
    private static final long STILL = Duration.ofMillis(20).toNanos();

    /** A few requests that happen to come at once are acknowledged by then. */
    private static final long LASTING = Duration.ofMillis(100).toNanos();

    /** Requests that come in one rush have no longer gaps. */
    private static final long GAP = Duration.ofSeconds(1).toNanos();

    /** Senders that are never done must not keep rows back for ever. */
    private static final long LONGEST = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final AtomicInteger waiting = new AtomicInteger();

    /** When many waited last; since when they have without a pause, and without a gap. */
    private volatile long last;

    private volatile long unbroken;
    private volatile long since;

    /** Measures time with the system's clock. */
    public IngestLoad() {
        this(System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    IngestLoad(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong() - GAP;
        this.unbroken = last;
        this.since = last;
    }

    /** Says that a request begins to wait. */
    public void began() {
        if (waiting.incrementAndGet() >= MANY) {
            long now = nanoTime.getAsLong();
            if (now - last >= GAP) {
                since = now;
            }
            if (now - last >= STILL) {
                unbroken = now;
            }
            last = now;
        }
    }

    /** Says that a request does not wait any more, however that ended. */
    public void ended() {
        if (waiting.getAndDecrement() >= MANY) {
            last = nanoTime.getAsLong();
        }
    }

    /** Returns whether many requests wait, or did a moment ago, and this has lasted for a tenth of a second and for no longer than a minute. */
    public boolean isHigh() {
        long now = nanoTime.getAsLong();
        boolean many = waiting.get() >= MANY || now - last < STILL;
        return many && now - unbroken >= LASTING && now - since < LONGEST;
    }
}
