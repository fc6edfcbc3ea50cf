package dev.webhookdb.declare;

import dev.webhookdb.retry.Pauses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** When what could not be applied is tried again: soon at first, and then less and less often. Used by one thread. */
final class ApplyRetries {
    private static final Pauses PAUSES = new Pauses.Doubling(Duration.ofSeconds(5), Duration.ofMinutes(10), 0.1);

    private final Clock clock;
    private List<Mistake> pending = List.of();
    private Instant due = Instant.MIN;
    private int attempts;

    ApplyRetries(Clock clock) {
        this.clock = clock;
    }

    /** Returns what failed the last time. */
    List<Mistake> pending() {
        return pending;
    }

    /** Returns whether something failed, and is to be tried again by now. */
    boolean areDue() {
        return !pending.isEmpty() && !clock.instant().isBefore(due);
    }

    void reset() {
        pending = List.of();
        attempts = 0;
    }

    /** Notes what failed; nothing, if all was done. */
    void failed(List<Mistake> failures) {
        pending = failures;
        attempts = failures.isEmpty() ? 0 : attempts + 1;
        due = clock.instant().plus(PAUSES.after(Math.max(1, attempts), RandomGenerator.getDefault()));
    }
}
