package dev.webhookdb.backfill;

import dev.webhookdb.schedule.Doubling;
import java.time.Duration;

/**
 * When a page that could not be read is asked for again, and when it is given up. Delays double from the first up to the longest, each
 * with up to a half of jitter.
 *
 * @param mostAttempts for one page, at least 1
 */
public record BackOff(Duration first, Duration longest, int mostAttempts) {
    /** Twenty attempts over more than an hour. */
    public static final BackOff STANDARD = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5), 20);

    /** @param attempts so far, at least 1 */
    Duration after(int attempts) {
        return new Doubling(first, longest).after(attempts, 0.5);
    }
}
