package dev.webhookdb.connector;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Interrupts calls that last too long.
 *
 * <p>A call runs in its caller's thread: beginning and ending one costs an entry in a map, not a hand-over to another thread. One
 * platform thread looks at all running calls ten times a second, so a limit is kept to about a tenth of a second. What the
 * interrupt cannot do, and why this is enough, is written in docs/adr/0004. Safe for use by many threads.
 */
final class Watchdog implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Set<WatchedCall> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("connector-call-", 0).factory());
    private final BackgroundLoop loop = BackgroundLoop.start("connector-watchdog", BETWEEN_LOOKS, this::look);

    /**
     * Watches a call that the current thread is about to make, until it {@linkplain WatchedCall#end ends}.
     *
     * @param overdue told, in the watchdog's thread and before the interrupt, which thread has not returned in time
     */
    WatchedCall begin(Duration limit, Consumer<Thread> overdue) {
        var call = new WatchedCall(Thread.currentThread(), System.nanoTime() + limit.toNanos(), overdue);
        running.add(call);
        return call;
    }

    /**
     * Runs a call in another thread, which is lost if the call never returns. It is none of the virtual ones: those of a connector
     * that computes without end would take the processors from everybody's, where the operating system shares them out.
     */
    void aside(Runnable call) {
        threads.execute(call);
    }

    private void look() {
        long now = System.nanoTime();
        for (WatchedCall call : running) {
            call.interruptIfOverdue(now);
        }
    }

    /** Stops watching; calls that are running, or begin later, have no limit any more. */
    @Override
    public void close() {
        loop.close();
    }

    /** One call; it is interrupted at most once, and never after it ended. */
    final class WatchedCall {
        private enum State {
            RUNNING,
            INTERRUPTING,
            INTERRUPTED,
            ENDED
        }

        private final Thread thread;
        private final long deadline;
        private final Consumer<Thread> overdue;
        private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

        private WatchedCall(Thread thread, long deadline, Consumer<Thread> overdue) {
            this.thread = thread;
            this.deadline = deadline;
            this.overdue = overdue;
        }

        private void interruptIfOverdue(long now) {
            if (now - deadline < 0 || !state.compareAndSet(State.RUNNING, State.INTERRUPTING)) {
                return;
            }
            try {
                overdue.accept(thread);
            } finally {
                thread.interrupt();
                state.set(State.INTERRUPTED);
            }
        }

        /**
         * Ends the call.
         *
         * @return whether it was interrupted; the thread's interrupt status, which only concerned the call, is then cleared
         */
        boolean end() {
            running.remove(this);
            if (state.compareAndSet(State.RUNNING, State.ENDED)) {
                return false;
            }
            while (state.get() == State.INTERRUPTING) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
            return true;
        }
    }
}
