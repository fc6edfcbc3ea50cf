package dev.webhookdb.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Ctrl-C while the server works for a command: the server is asked to stop, and the command ends when it has. Another Ctrl-C ends the
 * command at once. Of use once.
 */
final class Interruption {
    /** What shells say of a command that Ctrl-C ended. */
    static final int STATUS = 130;

    /** What is to be stopped may not have begun when it is stopped for the first time. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    private static final int ATTEMPTS = 20;

    private final AtomicInteger times = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Runnable stop;
    private final Runnable unstopped;

    /**
     * @param stop asks the server to stop, several times
     * @param unstopped tells the person that it does not
     */
    Interruption(Runnable stop, Runnable unstopped) {
        this.stop = stop;
        this.unstopped = unstopped;
    }

    /** Waits for the server's work; ends with a failure of status 130 if there was a Ctrl-C meanwhile. */
    <T> T during(Supplier<T> work) {
        CtrlC ctrlC = CtrlC.runs(this::interrupted);
        try {
            T result = work.get();
            requireNone();
            return result;
        } catch (Failure failure) {
            requireNone();
            throw failure;
        } finally {
            done.countDown();
            ctrlC.close();
        }
    }

    private void requireNone() {
        if (times.get() > 0) {
            throw Failure.ofInterruption();
        }
    }

    /** In a thread of its own for each signal. */
    private void interrupted() {
        if (times.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(STATUS);
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            stop();
            if (isDone()) {
                return;
            }
        }
        unstopped.run();
        System.exit(STATUS);
    }

    private void stop() {
        try {
            stop.run();
        } catch (Failure e) {
            // asked again; and what cannot be reached does not answer either
            return;
        }
    }

    private boolean isDone() {
        try {
            return done.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
