package dev.webhookdb.schedule;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When something that failed is tried again: after a pause that doubles with each failure.
 *
 * @param first after the first failure
 * @param longest after any
 */
public record Doubling(Duration first, Duration longest) {
    private static final int MOST_DOUBLINGS = 20;

    /**
     * Returns the pause.
     *
     * @param failures at least 1
     */
    public Duration after(int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }

    /**
     * Returns the pause and some more, so that those who failed together do not come again together.
     *
     * @param failures at least 1
     * @param jitter the most that is added, as a part of the pause
     */
    public Duration after(int failures, double jitter) {
        long pause = after(failures).toMillis();
        return Duration.ofMillis(pause + ThreadLocalRandom.current().nextLong((long) (pause * jitter) + 1));
    }
}
