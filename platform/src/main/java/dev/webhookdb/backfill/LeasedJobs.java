package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sql.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs through listings in the platform's database, of one kind, for whoever runs them. Thread-safe. */
abstract sealed class LeasedJobs permits JobRepository, ComparisonRepository {
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Before a job is tried again whose database was away. */
    private static final Duration REST = Duration.ofSeconds(30);

    private final Database platform;
    private final Kind kind;
    private final LeasedQueue<Claimed> queue;

    /** @param claimed reads a job that was claimed: its number, claim, integration and what else is among the columns of its kind */
    LeasedJobs(Database platform, Kind kind, Function<Row, Claimed> claimed) {
        this.platform = platform;
        this.kind = kind;
        this.queue = new LeasedQueue<>(
                platform,
                kind.queue(),
                claimed,
                LEASE,
                RetryPolicy.of(Pauses.doubling(REST, REST)).waitingForWhatIsExhausted(),
                QueueListener.NONE);
    }

    /**
     * A kind of jobs. Its names are ours and never come from outside.
     *
     * @param what for people
     * @param table where its jobs are
     * @param splits where their splits are
     * @param atOnce how many of an organization run at a time
     * @param columns that a claim reads, besides number, claim and integration
     */
    record Kind(String what, String table, SplitTable splits, int atOnce, List<String> columns) {
        private QueueTable queue() {
            String[] read = Stream.concat(Stream.of("id", "claimed_by", "integration_id"), columns.stream())
                    .toArray(String[]::new);
            return QueueTable.of(table, "organization_id", QueueTable.Type.NUMBER, read)
                    .inFlightAtMost(atOnce)
                    .claimedAs(", state = 'running', started_at = coalesce(started_at, clock_timestamp())")
                    .poisonedAs(
                            poison(),
                            ", state = 'failed', failure = 'defect', retry_at = null, finished_at = clock_timestamp()");
        }

        private String poison() {
            return "%%d hosts ended while they read the same page. The server's log says how; start the %s again when that is mended."
                    .formatted(what);
        }

        /** Tells, in the transaction that adds a job, that there is one. */
        void added(Session session) {
            WakeUps.tell(session, table);
        }
    }

    /**
     * A job that this host runs.
     *
     * @param claim under which
     * @param since since when changes are listed; empty for everything
     */
    record Claimed(long id, UUID claim, long integrationId, Cause cause, Optional<Instant> since) {}

    /** Returns the jobs that wait for a host, and those that hosts run. */
    final LeasedQueue<Claimed> queue() {
        return queue;
    }

    final Database platform() {
        return platform;
    }

    /** Returns how a job ends that ended its hosts, a sentence. */
    final String poison(int hosts) {
        return kind.poison().formatted(hosts);
    }

    /** Returns those of the jobs that somebody wants to be cancelled. */
    final List<Long> cancelling(Collection<Long> jobs) {
        return platform.transaction(session -> session.sql(
                        "select id from %s where id = any (:jobs) and cancelling".formatted(kind.table()))
                .bind("jobs", jobs.stream().mapToLong(Long::longValue).toArray())
                .list(row -> row.number("id")));
    }

    /** Returns the splits of a job, in the order of their numbers; none before it began. */
    final List<Split> splits(long job) {
        return platform.transaction(session -> kind.splits().of(session, job));
    }

    /** Adds a split, and changes the one it was cut from. */
    final void add(long job, Split added, Optional<Split> cut) {
        platform.run(session -> kind.splits().add(session, job, added, cut));
    }

    /** Says what a job waits after, and until when. */
    final void waiting(Claimed job, String error, Instant until) {
        platform.run(session -> held(session, job, "reason = :reason, retry_at = :until")
                .bind("reason", Texts.storable(error))
                .bind("until", until)
                .execute());
    }

    /**
     * Ends a job.
     *
     * @throws LostJobException if the job is not this host's any more
     */
    final void finish(Claimed job, State state, Optional<ConnectorFailure> failure) {
        platform.run(session -> {
            require(held(session, job, """
                            state = :state, reason = :reason, failure = :failure, retry_at = null, due_at = null, claimed_by = null,
                              finished_at = clock_timestamp()""")
                    .bind("state", state.name().toLowerCase(Locale.ROOT))
                    .bind(
                            "reason",
                            failure.map(ConnectorFailure::getMessage)
                                    .map(Texts::storable)
                                    .orElse(null))
                    .bind(
                            "failure",
                            failure.map(found -> found.kind().name().toLowerCase(Locale.ROOT))
                                    .orElse(null)));
            finished(session, job, state, failure);
        });
    }

    /** Does what else is to be done in the transaction in which a job ends. */
    abstract void finished(Session session, Claimed job, State state, Optional<ConnectorFailure> failure);

    /** Changes a job as long as it is this host's. */
    final Statement held(Session session, Claimed job, String assignments) {
        return session.sql("update %s set %s where id = :job and claimed_by = :claim and state = 'running'"
                        .formatted(kind.table(), assignments))
                .bind("job", job.id())
                .bind("claim", job.claim());
    }

    /** @throws LostJobException if nothing was changed, because the job is not this host's any more */
    static void require(Statement change) {
        if (change.execute() == 0) {
            throw new LostJobException();
        }
    }
}
