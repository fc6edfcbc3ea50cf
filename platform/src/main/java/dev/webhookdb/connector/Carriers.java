package dev.webhookdb.connector;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * The threads of the operating system that run this process's virtual ones: as many as there are processors, which costs the least, and one
 * more for each call that does not return, because that may compute without end and then keeps one. Thread-safe.
 */
final class Carriers {
    /** However many calls do not return, the operating system has to share its processors out among these. */
    private static final int MOST_MORE = 64;

    private static final VirtualThreadSchedulerMXBean SCHEDULER =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

    private static final int USUAL = SCHEDULER.getParallelism();
    private static int kept;

    private Carriers() {}

    /** Says that so many more calls keep a carrier than did, or so many fewer if it is negative. */
    static synchronized void keptMore(int calls) {
        if (calls != 0) {
            kept += calls;
            SCHEDULER.setParallelism(USUAL + Math.min(MOST_MORE, kept));
        }
    }

    /**
     * Puts carriers to use if threads wait and there are fewer at work than there may be. The scheduler begins with another one only when a
     * thread is put into a queue that is empty, so one is put into the queue of a thread that is new; should that one be another's, and not
     * empty, the next call does it.
     */
    static void putToUse() {
        if (SCHEDULER.getQueuedVirtualThreadCount() > 0
                && SCHEDULER.getMountedVirtualThreadCount() < SCHEDULER.getParallelism()) {
            Thread.ofPlatform().daemon().name("carriers").start(() -> Thread.startVirtualThread(() -> {}));
        }
    }

    /** Returns how many there are. */
    static synchronized int count() {
        return SCHEDULER.getParallelism();
    }
}
