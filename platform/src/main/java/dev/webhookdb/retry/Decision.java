package dev.webhookdb.retry;

import java.time.Duration;
import java.time.Instant;

/** What comes after a failed attempt. */
public sealed interface Decision {
    /**
     * Another one.
     *
     * @param at by the clock that was asked
     * @param pause from now until then
     * @param counts whether the failed attempt is one of those after which it is over; if not, the next one has the same number
     */
    record Again(Instant at, Duration pause, boolean counts) implements Decision {}

    /** None. */
    record Over(Why why) implements Decision {}

    /** Why it is over. */
    enum Why {
        /** Another attempt would fail as well. */
        PERMANENT,
        /** There were as many attempts as there may be. */
        ATTEMPTS,
        /** The next one would come too late. */
        TIME
    }
}
