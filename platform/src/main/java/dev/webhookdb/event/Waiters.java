package dev.webhookdb.event;

import dev.webhookdb.queue.WakeUps;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who wait for events. Thread-safe. */
final class Waiters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Waiters.class);
    private static final int MOST = 1_000;

    /** Notices are not lost while the connection is there; nobody waits for long because it was not. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final WakeUps wakeUps;
    private final Semaphore places = new Semaphore(MOST);
    private final Set<Semaphore> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Waiters(WakeUps wakeUps) {
        this.wakeUps = wakeUps;
    }

    static String channel(long organizationId) {
        return "event." + organizationId;
    }

    boolean await(long organizationId, Duration patience, BooleanSupplier there) {
        if (there.getAsBoolean()) {
            return true;
        }
        if (!places.tryAcquire()) {
            return false;
        }
        Semaphore woken = new Semaphore(0);
        Runnable wake = woken::release;
        waiting.add(woken);
        wakeUps.register(channel(organizationId), wake);
        try {
            return awaited(patience, there, woken);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.debug("Somebody who waited for events was interrupted", e);
            return false;
        } finally {
            wakeUps.forget(channel(organizationId), wake);
            waiting.remove(woken);
            places.release();
        }
    }

    private boolean awaited(Duration patience, BooleanSupplier there, Semaphore woken) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!there.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0 || closed) {
                return false;
            }
            if (woken.tryAcquire(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
                woken.drainPermits();
            }
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        waiting.forEach(Semaphore::release);
    }
}
