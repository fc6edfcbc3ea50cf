package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.Result;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncTarget.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A target that is held while it is worked on, and how it is given back. Thread-safe. */
final class TargetLease {
    /** After a window, when something changed meanwhile: what comes at the same time is sent together. */
    static final Duration SOON = Duration.ofMillis(50);

    /** Who syncs when something changes is looked at as often anyway, should a host have ended before it said that something did. */
    private static final Duration IN_ANY_CASE = Duration.ofMinutes(1);

    private static final Duration SHORTEST_WISH = Duration.ofSeconds(1);
    private static final Duration LONGEST_WISH = Duration.ofHours(1);

    private final TargetRunner.Means means;
    private final Lease<Long> lease;
    private final Integration integration;

    TargetLease(TargetRunner.Means means, Lease<Long> lease, Integration integration) {
        this.means = means;
        this.lease = lease;
        this.integration = integration;
    }

    /** Returns how often it was tried, this time included. */
    int attempts() {
        return lease.attempts();
    }

    /** Returns for how long it is held without being extended. */
    Duration length() {
        return lease.length();
    }

    /** Returns the target as it is now, until the transaction ends; nothing if somebody else has it, or it was deleted. */
    Optional<SyncTarget> held(Session session) {
        return Runs.hold(session, lease) ? means.repository().find(session, lease.key()) : Optional.empty();
    }

    /** Notes that rows were acknowledged, and that the receiver is well. */
    void acknowledged(Session session, SyncTarget target, int rows, Duration took) {
        Runs.wentOn(session, lease);
        means.failing().succeeded(session, target, rows, took);
    }

    /** Gives it back, not to be looked at until somebody resumes it. */
    void rest(Session session) {
        Runs.end(session, lease, Optional.empty(), SOON);
    }

    /** Gives it back like that if it is paused, as it was found; if somebody has resumed it since, to be looked at once more at once. */
    boolean paused() {
        return means.platform().transaction(session -> {
            Optional<SyncTarget> now = held(session);
            now.ifPresent(one -> {
                if (one.status() == Status.PAUSED) {
                    rest(session);
                } else {
                    again(session);
                }
            });
            return now.isPresent();
        });
    }

    /** Gives it back, to be looked at once more at once. */
    void again(Session session) {
        Runs.end(session, lease, Optional.of(SOON), SOON);
    }

    /**
     * Gives it back, to be looked at when its period is over, since nothing is left to do.
     *
     * @param seenAt when it was found how far its table is
     * @param write is done in the same transaction, with the target as it is now
     * @return whether it was still held
     */
    boolean through(Optional<Instant> seenAt, BiConsumer<Session, SyncTarget> write) {
        return means.platform().transaction(session -> {
            Optional<SyncTarget> now = held(session);
            now.ifPresent(one -> {
                write.accept(session, one);
                seenAt.ifPresent(at -> Progress.upToDate(session, one.id(), at));
                Optional<Duration> pause = Optional.of(one.terms().period().orElse(IN_ANY_CASE));
                Runs.end(session, lease, one.status() == Status.PAUSED ? Optional.empty() : pause, SOON);
            });
            return now.isPresent();
        });
    }

    /**
     * Notes that nothing went on. Where credentials were others, or the table had another name, than they are by now, that says nothing: it
     * is looked at once more at once.
     *
     * @param wish for how long the receiver wants to be left alone
     * @param took of the request; zero if there was none
     * @param write is done in the same transaction
     */
    Result failed(SyncTarget target, String sentence, Optional<Duration> wish, Duration took, Consumer<Session> write) {
        boolean counts = means.platform().transaction(session -> {
            Optional<SyncTarget> now = held(session);
            if (now.isEmpty()) {
                return false;
            }
            write.accept(session);
            if (!now.get().receiver().equals(target.receiver()) || isRenamed(session)) {
                again(session);
                return false;
            }
            means.failing().failed(session, target, integration, sentence, took);
            return true;
        });
        if (!counts) {
            return new Result.Settled();
        }
        Failure failure = wish.map(TargetLease::within)
                .map(Failure::exhausted)
                .orElseGet(() -> Failure.of(Failure.Kind.TRANSIENT));
        return new Result.Failed(failure, sentence);
    }

    private boolean isRenamed(Session session) {
        return Integrations.find(session, integration.id())
                .filter(now -> !now.table().equals(integration.table()))
                .isPresent();
    }

    private static Duration within(Duration wish) {
        if (wish.compareTo(SHORTEST_WISH) < 0) {
            return SHORTEST_WISH;
        }
        return wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
    }
}
