package dev.webhookdb.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What receiving webhooks tells. Durations are in nanoseconds. Thread-safe. */
public final class IngestMetrics {
    /** What becomes of a request. */
    public enum Outcome {
        /** Logged, and to be stored. */
        ACCEPTED,
        /** Logged, and answered as the connector says; nothing is to be stored. */
        ANSWERED,
        /** Not genuine. */
        REJECTED,
        /** To an endpoint that there is not. */
        UNKNOWN,
        /** Too large. */
        TOO_LARGE,
        /** To be sent again, for a reason of ours. */
        UNAVAILABLE,
        /** Ended by an error, or by who sent it. */
        FAILED
    }

    /** What becomes of a commit. */
    private enum Commit {
        COMMITTED,
        FAILED
    }

    private final Map<Outcome, Timer> requests;
    private final Timer verification;
    private final Map<Commit, Timer> commits;
    private final DistributionSummary sizes;

    IngestMetrics(Metrics metrics) {
        this.requests = metrics.timers(Metric.INGEST_REQUESTS, Outcome.class);
        this.verification = metrics.timer(Metric.INGEST_VERIFICATION);
        this.commits = metrics.timers(Metric.INGEST_COMMIT, Commit.class);
        this.sizes = metrics.summary(Metric.INGEST_COMMIT_SIZE);
    }

    /** Notes that a request was answered. */
    public void received(Outcome outcome, long nanoseconds) {
        requests.get(outcome).record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    /** Notes that a request was verified, or could not be. */
    public void verified(long nanoseconds) {
        verification.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    /** Notes that requests were committed. */
    public void committed(int requestCount, long nanoseconds) {
        commits.get(Commit.COMMITTED).record(nanoseconds, TimeUnit.NANOSECONDS);
        sizes.record(requestCount);
    }

    /** Notes that requests could not be committed. */
    public void notCommitted(long nanoseconds) {
        commits.get(Commit.FAILED).record(nanoseconds, TimeUnit.NANOSECONDS);
    }
}
