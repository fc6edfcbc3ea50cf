package dev.webhookdb.observe;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on this host, in a thread of its own: with pauses, and at once when it is woken. Begun by
 * {@link BackgroundTasks#start}. Thread-safe.
 */
public final class BackgroundTask implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTask.class);
    private static final Duration TO_FINISH = Duration.ofSeconds(5);

    private final Semaphore woken = new Semaphore(0);
    private final Supplier<Duration> work;
    private final Thread thread;
    private volatile boolean closing;

    private BackgroundTask(Thread.Builder thread, Supplier<Duration> work) {
        this.work = work;
        this.thread = thread.unstarted(this::run);
    }

    /** @param work returns how long to pause; it throws nothing */
    static BackgroundTask start(Thread.Builder thread, Supplier<Duration> work) {
        var task = new BackgroundTask(thread, work);
        task.thread.start();
        return task;
    }

    /** Ends the pause, or lets none follow if there is work under way. */
    public void wake() {
        woken.release();
    }

    private void run() {
        while (!closing) {
            try {
                woken.drainPermits();
                if (woken.tryAcquire(work.get().toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.trace("{} was woken", thread.getName());
                }
            } catch (InterruptedException e) {
                if (!closing) {
                    LOG.warn("{} was interrupted and goes on", thread.getName(), e);
                }
            }
        }
    }

    /** Stops after what is being done now, which is interrupted if it takes long. */
    @Override
    public void close() {
        close(TO_FINISH);
    }

    /**
     * The same with another time.
     *
     * @param patience before what is being done is interrupted
     */
    public void close(Duration patience) {
        closing = true;
        wake();
        try {
            if (!thread.join(patience)) {
                thread.interrupt();
                LOG.warn("{} did not stop within {} s", thread.getName(), patience.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
