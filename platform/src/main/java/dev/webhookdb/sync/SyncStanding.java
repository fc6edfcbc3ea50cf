package dev.webhookdb.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a target is, and how its receiver behaves.
 *
 * @param syncedAt when the table was looked at for the last window that is through; empty if none is
 * @param sequence the number of the newest page, 0 for none
 * @param running whether a host is at it now
 * @param waiting whether a page was made and is not acknowledged yet
 * @param nextAt when it is looked at next; empty while it runs or is paused
 * @param failingSince when it first failed since a page was last acknowledged
 * @param failures in a row
 * @param lastError a sentence, also that hosts ended with it again and again; empty if nothing failed since
 * @param parked why it stands still until somebody resumes it: a sentence
 */
public record SyncStanding(
        Optional<Instant> syncedAt,
        long sequence,
        boolean running,
        boolean waiting,
        Optional<Instant> nextAt,
        Optional<Instant> failingSince,
        int failures,
        Optional<String> lastError,
        Optional<String> parked) {

    /**
     * What is still to be sent.
     *
     * @param rows that are not acknowledged; no more than {@link #MOST} are counted
     * @param behind since when the oldest of what was looked for waits; zero if there is nothing
     */
    public record Lag(long rows, Duration behind) {
        /** So many are counted. */
        public static final long MOST = 100_000;
    }

    /**
     * What was sent within an hour that begins at {@code hour}.
     *
     * @param failures requests that were not acknowledged
     * @param latency of the receiver, on average over all requests
     */
    public record Hour(Instant hour, long pages, long rows, long failures, Duration latency) {}

    /**
     * Rows that a destination refused, and that are not there as they are.
     *
     * @param newest some of them, the newest first
     */
    public record Refusals(long number, List<RefusedRow> newest) {
        /** Keeps a copy of the list. */
        public Refusals {
            newest = List.copyOf(newest);
        }
    }

    /**
     * A row that a destination refused.
     *
     * @param reason a sentence
     */
    public record RefusedRow(String key, String reason, Instant at) {}

    /** Everything about one, for whoever looks closely; hours newest first, of the last week. */
    public record Statistics(SyncStanding standing, Lag lag, List<Hour> hours, Refusals refusals) {
        /** Keeps a copy of the list. */
        public Statistics {
            hours = List.copyOf(hours);
        }
    }
}
