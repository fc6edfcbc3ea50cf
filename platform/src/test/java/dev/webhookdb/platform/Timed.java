package dev.webhookdb.platform;

import java.time.Duration;
import java.util.Locale;

/** For measurements that are no tests: how long something takes at best. */
public final class Timed {
    private static final int REPEATED = 5;

    private Timed() {}

    /** Does something a few times, and prints how many milliseconds the shortest took. */
    public static void print(String what, Runnable query) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < REPEATED; i++) {
            long begun = System.nanoTime();
            query.run();
            best = Math.min(best, System.nanoTime() - begun);
        }
        System.out.printf(
                Locale.ROOT, "%s: %d ms%n", what, Duration.ofNanos(best).toMillis());
    }
}
