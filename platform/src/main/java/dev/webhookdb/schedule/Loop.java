package dev.webhookdb.schedule;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on this host, in a thread of its own: with pauses, and at once when it is woken. It survives an
 * exception and says so. Thread-safe.
 */
public final class Loop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final Duration TO_FINISH = Duration.ofSeconds(5);

    private final Semaphore woken = new Semaphore(0);
    private final Duration pause;
    private final Runnable work;
    private final Thread thread;
    private volatile boolean closing;

    private Loop(String name, Duration pause, Runnable work) {
        this.pause = pause;
        this.work = work;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Starts with the work. */
    public static Loop start(String name, Duration pause, Runnable work) {
        var loop = new Loop(name, pause, work);
        loop.thread.start();
        return loop;
    }

    /** Ends the pause, or lets none follow if there is work under way. */
    public void wake() {
        woken.release();
    }

    private void run() {
        try {
            while (!closing) {
                woken.drainPermits();
                workOnce();
                if (woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.trace("{} was woken", thread.getName());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void workOnce() {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("{} failed, and is tried again in {}", thread.getName(), pause, e);
        }
    }

    /** Stops after what is being done now, which is interrupted if it takes long. */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            if (!thread.join(TO_FINISH)) {
                thread.interrupt();
                LOG.warn("{} did not stop within {} s", thread.getName(), TO_FINISH.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
