package dev.webhookdb.connector;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts calls that last too long.
 *
 * <p>A call runs in its caller's thread: beginning and ending one costs an entry in a map, not a hand-over to another thread. One
 * platform thread looks at all running calls ten times a second, so a limit is kept to about a tenth of a second. A call in a virtual thread
 * that it has seen before may be one that computes without end, and is made up for by another {@linkplain Carriers carrier}. What the
 * interrupt cannot do, and why this is enough, is written in docs/adr/0004. Safe for use by many threads.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Set<WatchedCall> running = ConcurrentHashMap.newKeySet();
    private final Optional<CallJournal> journal;
    private final Optional<Thread> exitHook;
    private final BackgroundTask looking;

    /** How many calls were seen twice with the last look; only for the thread that looks, and for who ends it. */
    private volatile int lasting;

    /** Writes nothing down. */
    Watchdog() {
        this(Optional.empty(), new BackgroundTasks());
    }

    /** @param journal where running calls are written down; closed with this */
    Watchdog(Optional<CallJournal> journal, BackgroundTasks tasks) {
        this.journal = journal;
        this.exitHook = journal.map(
                kept -> Thread.ofPlatform().name("connector-exit").unstarted(() -> kept.exiting(runningThreads())));
        exitHook.ifPresent(Runtime.getRuntime()::addShutdownHook);
        this.looking = tasks.startApart("connector-watchdog", BETWEEN_LOOKS, this::look);
    }

    private Map<Thread, byte[]> runningThreads() {
        return running.stream().collect(Collectors.toMap(call -> call.thread, call -> call.entry, (one, other) -> one));
    }

    /**
     * Watches a call that the current thread is about to make, until it {@linkplain WatchedCall#end ends}.
     *
     * @param entry what the call is written down as
     * @param overdue told, in the watchdog's thread and before the interrupt, which thread has not returned in time
     */
    WatchedCall begin(byte[] entry, Duration limit, Consumer<Thread> overdue) {
        var call = new WatchedCall(Thread.currentThread(), entry, System.nanoTime() + limit.toNanos(), overdue);
        running.add(call);
        return call;
    }

    private void look() {
        long now = System.nanoTime();
        int before = lasting;
        int count = 0;
        for (WatchedCall call : running) {
            call.interruptIfOverdue(now);
            count += call.keepsACarrier() ? 1 : 0;
        }
        lasting = count;
        Carriers.keptMore(count - before);
        if (count > 0) {
            Carriers.putToUse();
        }
    }

    /** Stops watching; calls that are running, or begin later, have no limit any more. */
    @Override
    public void close() {
        looking.close();
        Carriers.keptMore(-lasting);
        lasting = 0;
        journal.ifPresent(kept -> kept.exiting(runningThreads()));
        try {
            exitHook.ifPresent(Runtime.getRuntime()::removeShutdownHook);
        } catch (IllegalStateException e) {
            LOG.debug("The process is ending, and the hook has run or is about to", e);
        }
        journal.ifPresent(CallJournal::close);
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
        private final byte[] entry;
        private final int slot;
        private final long deadline;
        private final Consumer<Thread> overdue;
        private boolean seen;
        private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

        private WatchedCall(Thread thread, byte[] entry, long deadline, Consumer<Thread> overdue) {
            this.thread = thread;
            this.entry = entry;
            this.slot = journal.map(kept -> kept.begin(entry)).orElse(0);
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

        /** Returns whether it lasts from one look to the next in a virtual thread. */
        private boolean keepsACarrier() {
            boolean again = seen;
            seen = true;
            return again && thread.isVirtual();
        }

        /**
         * Ends the call.
         *
         * @return whether it was interrupted; the thread's interrupt status, which only concerned the call, is then cleared
         */
        boolean end() {
            running.remove(this);
            journal.ifPresent(kept -> kept.end(slot));
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
