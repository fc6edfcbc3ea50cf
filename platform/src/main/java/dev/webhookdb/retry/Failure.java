package dev.webhookdb.retry;

import java.time.Duration;
import java.util.Optional;

/**
 * Why something did not succeed, as far as it matters for when it is tried again.
 *
 * @param retryAfter for how long whoever refused wants to be left alone; only of what is exhausted
 */
public record Failure(Kind kind, Optional<Duration> retryAfter) {
    /** Kinds of failure. */
    public enum Kind {
        /** The next attempt may succeed: a cut connection, a time-out, an answer 500. */
        TRANSIENT,
        /** What is needed is away or used up for now, which is not the fault of what was tried: a database, a provider's limit. */
        EXHAUSTED,
        /** No attempt will succeed before somebody changes something. */
        PERMANENT,
        /** What nobody foresaw: our fault, which may or may not show itself again. */
        DEFECT
    }

    /** A failure that says nothing about a time. */
    public static Failure of(Kind kind) {
        return new Failure(kind, Optional.empty());
    }

    /** What is needed is there again after so long. */
    public static Failure exhausted(Duration retryAfter) {
        return new Failure(Kind.EXHAUSTED, Optional.of(retryAfter));
    }
}
