package dev.webhookdb.connector;

import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads in which calls of one connector run for which a caller need not wait.
 *
 * <p>They are none of the virtual ones: those of a connector that computes without end would take the processors from everybody's, where
 * the operating system shares them out. And they are no other connector's: what its code leaves behind in them is gone with them, when
 * the connector is replaced. Safe for use by many threads.
 */
final class CallThreads {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform()
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .name("connector-call-", 0)
                    .factory());

    /** Runs a call in a thread, which is lost if the call never returns. */
    void run(Runnable call) {
        threads.execute(call);
    }

    /** Lets threads end as soon as they have nothing to do. Calls can be run as before. */
    void retire() {
        threads.setKeepAliveTime(0, TimeUnit.SECONDS);
    }
}
