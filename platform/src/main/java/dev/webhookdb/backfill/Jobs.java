package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.queue.LeasedQueue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs through listings in the platform's database, of one kind, for whoever runs them. Thread-safe. */
interface Jobs {
    /**
     * A job that this host runs.
     *
     * @param claim under which
     * @param since since when changes are listed; empty for everything
     */
    record Claimed(long id, UUID claim, long integrationId, Cause cause, Optional<Instant> since) {}

    /** Returns the jobs that wait for a host, and those that hosts run. */
    LeasedQueue<Claimed> queue();

    /** Returns those of the jobs that somebody wants to be cancelled. */
    List<Long> cancelling(Collection<Long> jobs);

    /** Returns the parts of a job, in the order of their numbers; none before it began. */
    List<Part> parts(long job);

    /** Adds a part, and changes the one it was cut from. */
    void add(long job, Part added, Optional<Part> cut);

    /** Says what a job waits after, and until when. */
    void waiting(Claimed job, String error, Instant until);

    /**
     * Ends a job.
     *
     * @throws LostJobException if the job is not this host's any more
     */
    void finish(Claimed job, State state, Optional<ConnectorFailure> failure);

    /** Returns how a job ends that ended its hosts, a sentence. */
    String poison(int hosts);
}
