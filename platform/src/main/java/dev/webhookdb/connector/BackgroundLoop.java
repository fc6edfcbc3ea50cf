package dev.webhookdb.connector;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again, in a daemon thread of its own, with pauses. It survives an exception and says so. */
final class BackgroundLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);
    private static final Duration TO_FINISH = Duration.ofSeconds(5);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Duration pause;
    private final Runnable work;
    private final Thread thread;

    private BackgroundLoop(String name, Duration pause, Runnable work) {
        this.pause = pause;
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    }

    /** Starts with a pause. */
    static BackgroundLoop start(String name, Duration pause, Runnable work) {
        var loop = new BackgroundLoop(name, pause, work);
        loop.thread.start();
        return loop;
    }

    private void loop() {
        try {
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                workOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void workOnce() {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed and goes on", thread.getName(), e);
        }
    }

    /** Stops after what is being done now, which is interrupted. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            if (!thread.equals(Thread.currentThread()) && !thread.join(TO_FINISH)) {
                LOG.warn("{} did not stop within {} s", thread.getName(), TO_FINISH.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
