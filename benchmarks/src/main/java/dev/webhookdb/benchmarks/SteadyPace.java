package dev.webhookdb.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When each of many numbered events is due, so many a second. Thread-safe.
 *
 * @param begun when the first is due, by {@link System#nanoTime}
 * @param first its number
 * @param rate events a second
 */
record SteadyPace(long begun, long first, int rate) {
    long due(long number) {
        return begun + (number - first) * TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** Returns when an event is due, or at once if it is late. */
    void await(long number) {
        long due = due(number);
        while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }
}
