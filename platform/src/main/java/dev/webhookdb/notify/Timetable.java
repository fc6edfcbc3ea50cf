package dev.webhookdb.notify;

import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a delivery is tried again: after 1 minute, 5 minutes, 30 minutes, 1 hour and 6 hours, give or take a tenth. For who is patient, then
 * after 12, 24 and 24 hours more, which is 75 hours at most.
 */
final class Timetable {
    private static final List<Duration> PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofHours(24),
            Duration.ofHours(24));

    private static final int ATTEMPTS = 6;
    private static final double SPREAD = 0.1;

    /** The longest that is waited because a receiver asks for it. */
    private static final Duration LONGEST_WISH = Duration.ofHours(24);

    private static final RetryPolicy PATIENT = RetryPolicy.of(new Pauses.Around(new Pauses.Steps(PAUSES, 0), SPREAD))
            .attempts(PAUSES.size() + 1);
    private static final RetryPolicy STANDARD = PATIENT.attempts(ATTEMPTS);

    private Timetable() {}

    /**
     * Returns the pause after an attempt that failed; empty if it was the last one.
     *
     * @param attempt its number, at least 1
     * @param wish for how long the receiver wants to be left alone
     */
    static Optional<Duration> after(int attempt, boolean patient, Optional<Duration> wish) {
        Failure failure =
                wish.map(Timetable::capped).map(Failure::exhausted).orElseGet(() -> Failure.of(Failure.Kind.TRANSIENT));
        return (patient ? PATIENT : STANDARD).after(failure, attempt) instanceof Decision.Again again
                ? Optional.of(again.pause())
                : Optional.empty();
    }

    private static Duration capped(Duration wish) {
        return wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
    }
}
