package dev.webhookdb.backfill;

import java.time.Instant;
import java.util.Optional;

/**
 * A run through a provider's listing, as people see it.
 *
 * @param opaqueId {@code bfj_...}
 * @param since since when changes are listed; empty for everything
 * @param resources how many were listed so far
 * @param changed how many rows came to be or became different, which for a reconciliation is what it repaired
 * @param refused how many resources could not be stored
 * @param expected resources in all, where the provider says so
 * @param error why it failed or, while it is running, what it last waited after
 * @param retryAt until when it waits
 * @param unread what it could not read of everything, in a sentence
 */
public record BackfillJob(
        String opaqueId,
        Cause cause,
        State state,
        Optional<Instant> since,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        long pages,
        long resources,
        long changed,
        long refused,
        Optional<Long> expected,
        Optional<String> error,
        Optional<Instant> retryAt,
        Optional<String> unread) {
    /** Why it was begun. */
    public enum Cause {
        /** Somebody asked for it. */
        USER,
        /** The integration became complete. */
        SETUP,
        /** It was due: a poll or a reconciliation. */
        SCHEDULE,
        /** The service was read whose rows it goes through. */
        PARENT
    }

    /** How far it is. */
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }
}
