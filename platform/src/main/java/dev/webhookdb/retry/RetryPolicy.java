package dev.webhookdb.retry;

import dev.webhookdb.retry.Decision.Again;
import dev.webhookdb.retry.Decision.Over;
import dev.webhookdb.retry.Decision.Why;
import dev.webhookdb.retry.Failure.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * When what failed is tried again, and when it is over.
 *
 * <p>What is permanent is over at once. What is transient, and our own defects, are tried again after the pauses, until there were
 * enough attempts or the time is up. What is exhausted is tried again when whoever refused said, else after the pauses; it counts as an
 * attempt unless it {@linkplain #waitingForWhatIsExhausted is waited for}.
 *
 * @param mostAttempts in all, at least 1
 * @param total after what time since the first attempt began no other begins; empty for no limit
 * @param longestWish of how long a wish to be left alone is heeded; who wishes for longer is given up
 * @param waits whether what is exhausted is waited for as long as it takes, without counting
 */
public record RetryPolicy(
        Pauses pauses, int mostAttempts, Optional<Duration> total, Optional<Duration> longestWish, boolean waits) {
    /** Tries again without end. */
    public static RetryPolicy of(Pauses pauses) {
        return new RetryPolicy(pauses, Integer.MAX_VALUE, Optional.empty(), Optional.empty(), false);
    }

    /** The same with a limit to the number of attempts, at least 1. */
    public RetryPolicy attempts(int most) {
        return new RetryPolicy(pauses, most, total, longestWish, waits);
    }

    /** The same with a limit to the time. */
    public RetryPolicy within(Duration time) {
        return new RetryPolicy(pauses, mostAttempts, Optional.of(time), longestWish, waits);
    }

    /** The same for callers who cannot wait for longer than that. */
    public RetryPolicy leavingAloneForAtMost(Duration longest) {
        return new RetryPolicy(pauses, mostAttempts, total, Optional.of(longest), waits);
    }

    /** The same for what is exhausted without anybody's fault: it is waited for as long as it takes. */
    public RetryPolicy waitingForWhatIsExhausted() {
        return new RetryPolicy(pauses, mostAttempts, total, longestWish, true);
    }

    /**
     * Decides what comes after a failed attempt.
     *
     * @param attempt its number, at least 1
     * @param began when the first attempt began
     * @param clock what the time is
     * @param random what the jitter is taken from
     */
    public Decision after(Failure failure, int attempt, Instant began, InstantSource clock, RandomGenerator random) {
        if (failure.kind() == Kind.PERMANENT) {
            return new Over(Why.PERMANENT);
        }
        boolean counts = failure.kind() != Kind.EXHAUSTED || !waits;
        if (counts && attempt >= mostAttempts) {
            return new Over(Why.ATTEMPTS);
        }
        Optional<Duration> wish = failure.retryAfter();
        if (wish.isPresent()
                && longestWish
                        .filter(longest -> wish.get().compareTo(longest) > 0)
                        .isPresent()) {
            return new Over(Why.TIME);
        }
        Duration pause = wish.orElseGet(() -> pauses.after(attempt, random));
        Instant next = clock.instant().plus(pause);
        boolean late = total.filter(time -> next.isAfter(began.plus(time))).isPresent();
        return late ? new Over(Why.TIME) : new Again(next, pause, counts);
    }

    /** The same by this host's clock and for what has no limit in time, or whose time is kept elsewhere. */
    public Decision after(Failure failure, int attempt) {
        Instant now = Instant.now();
        return after(failure, attempt, now, Clock.systemUTC(), ThreadLocalRandom.current());
    }
}
