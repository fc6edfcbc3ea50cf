package dev.webhookdb.queue;

import java.util.function.Consumer;

/** A row that is being worked on, and the thread that does. Thread-safe. */
final class Running<T> {
    private final Lease<T> lease;
    private final Thread thread;
    private boolean ended;
    private boolean interrupted;

    /** @param work is done by the thread, once it is started */
    Running(Lease<T> lease, Thread.Builder thread, Consumer<Running<T>> work) {
        this.lease = lease;
        this.thread = thread.unstarted(() -> work.accept(this));
    }

    Lease<T> lease() {
        return lease;
    }

    Thread thread() {
        return thread;
    }

    synchronized void interrupt() {
        if (!ended) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /** Returns whether the work was interrupted, by which it may have failed. */
    synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** From here on, what is written down about the end is not interrupted; to be called in its thread. */
    synchronized void end() {
        ended = true;
        Thread.interrupted();
    }
}
