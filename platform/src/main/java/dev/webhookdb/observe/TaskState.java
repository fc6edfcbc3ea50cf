package dev.webhookdb.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a background task is doing.
 *
 * @param succeededAt when it last did what it should; empty if it never did
 * @param failedAt when it last did not
 * @param failure what it met then
 * @param took how long it took the last time
 * @param failures how many there were since it last succeeded
 */
public record TaskState(
        String name,
        Optional<Instant> succeededAt,
        Optional<Instant> failedAt,
        Optional<String> failure,
        Duration took,
        int failures) {
    static TaskState of(String name) {
        return new TaskState(name, Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO, 0);
    }

    TaskState succeeded(Instant at, Duration duration) {
        return new TaskState(name, Optional.of(at), failedAt, failure, duration, 0);
    }

    TaskState failed(Instant at, Duration duration, Throwable met) {
        return new TaskState(name, succeededAt, Optional.of(at), Optional.of(met.toString()), duration, failures + 1);
    }

    /** Returns whether it failed when it was last tried. */
    public boolean isFailing() {
        return failures > 0;
    }
}
