package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for work whose amount depends on how fast a machine is: what is promised of it is that it goes on, not that a backlog of any length
 * is through in a given time.
 */
final class Progress {
    private static final Duration TICK = Duration.ofMillis(100);

    private Progress() {}

    /**
     * Waits until everything expected has arrived.
     *
     * @param what a sentence for a failure
     * @param still for how long nothing may arrive
     * @param arrived asked again and again; while it throws, nothing arrives
     * @throws AssertionError if nothing arrived for that long; it names what is missing and why that could not be asked
     */
    static void await(String what, Duration still, Set<String> expected, Callable<Set<String>> arrived) {
        Set<String> missing = new HashSet<>(expected);
        long moved = System.nanoTime();
        while (true) {
            String problem = "";
            try {
                if (missing.removeAll(arrived.call())) {
                    moved = System.nanoTime();
                }
            } catch (Exception e) {
                problem = "; " + e;
            }
            if (missing.isEmpty()) {
                return;
            }
            assertThat(System.nanoTime() - moved)
                    .as("%s; nothing arrived for %d s%s; missing: %s", what, still.toSeconds(), problem, missing)
                    .isLessThan(still.toNanos());
            LockSupport.parkNanos(TICK.toNanos());
        }
    }
}
