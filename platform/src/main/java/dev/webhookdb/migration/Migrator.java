package dev.webhookdb.migration;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on moves, on every host: each is held by one, and taken over by another when that one says nothing any more. Thread-safe.
 *
 * <p>A database that is away is waited for. What a database refuses again and again ends the move, and the organization stays where it is.
 */
public final class Migrator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);
    private static final Duration TO_FINISH = Duration.ofSeconds(15);
    private static final Duration REST = Duration.ofSeconds(2);

    /** Whoever writes in long transactions is waited for a little longer each time: what is short of its need would never be enough. */
    private static final Pauses FOR_WRITERS = Pauses.doubling(Duration.ofSeconds(2), Duration.ofSeconds(16));

    private static final int AT_ONCE = 4;
    private static final int MOST_REFUSALS = 5;

    private final MoveRecords records;
    private final OrganizationDatabases databases;
    private final Duration rest;
    private final RetryPolicy retries;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final WakeUps wakeUps;
    private final BackgroundTasks tasks;
    private Optional<QueueWorker<TakenMove>> worker = Optional.empty();

    /** Works on what is recorded, with the databases that organizations are in. */
    public Migrator(DatabaseMoves migrations, OrganizationDatabases databases, WakeUps wakeUps, BackgroundTasks tasks) {
        this(migrations, databases, wakeUps, tasks, REST);
    }

    /** @param rest the pause before a move that was refused is tried again */
    Migrator(
            DatabaseMoves migrations,
            OrganizationDatabases databases,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Duration rest) {
        this.records = migrations.records();
        this.databases = databases;
        this.wakeUps = wakeUps;
        this.tasks = tasks;
        this.rest = rest;
        this.retries = RetryPolicy.of(Pauses.doubling(rest, rest))
                .attempts(MOST_REFUSALS)
                .waitingForWhatIsExhausted();
    }

    /** Starts working. */
    public void start() {
        worker = Optional.of(QueueWorker.start(records.queue(), AT_ONCE, new Moves(), wakeUps, tasks));
    }

    /** Stops after the batches that are being copied; another host goes on from there, or this one after its next start. */
    @Override
    public void close() {
        closing.countDown();
        worker.ifPresent(one -> one.close(TO_FINISH));
    }

    /** What is done with a move whose turn it is. */
    private final class Moves implements QueueWorker.Work<TakenMove> {
        @Override
        public Result attempt(Lease<TakenMove> lease) throws InterruptedException {
            Optional<Claimed> claimed = records.opened(lease.payload());
            try {
                return claimed.isPresent() ? persist(claimed.get()) : new Result.Settled();
            } catch (LostMigrationException e) {
                LOG.info(
                        "The migration of the organization {} goes on elsewhere",
                        lease.payload().organizationId(),
                        e);
                return new Result.Settled();
            }
        }

        @Override
        public void poisoned(Lease<TakenMove> lease) {
            LOG.error(
                    "The migration of the organization {} has failed: hosts ended with it",
                    lease.payload().organizationId());
            records.reopened(lease.payload())
                    .ifPresent(claimed -> clear(claimed).ifPresent(LOG::warn));
        }
    }

    private Result persist(Claimed claimed) throws InterruptedException {
        int refusals = 0;
        for (int number = 1; closing.getCount() > 0; number++) {
            try {
                attempt(claimed, FOR_WRITERS.after(number, ThreadLocalRandom.current()));
                return new Result.Settled();
            } catch (PausedException e) {
                LOG.info("The migration of the organization {} pauses: {}", claimed.organizationId(), e.getMessage());
            } catch (DatabaseException e) {
                records.remark(claimed, e.getMessage());
                LOG.warn("The migration of the organization {} waits: {}", claimed.organizationId(), e.getMessage());
                switch (retries.after(e.failure(), refusals + 1)) {
                    case Decision.Again again -> refusals += again.counts() ? 1 : 0;
                    case Decision.Over over -> {
                        fail(claimed, e);
                        return new Result.Settled();
                    }
                }
            }
            if (closing.await(rest.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return new Result.Released();
    }

    private void attempt(Claimed claimed, Duration forWriters) {
        try {
            records.requireWanted(claimed);
            move(claimed, forWriters);
        } catch (CancelledException e) {
            cancel(claimed);
        }
    }

    private void move(Claimed claimed, Duration forWriters) {
        records.prepare(claimed);
        try (Database source = databases.openApart(claimed.organizationId());
                Target target = new Target(claimed)) {
            new Move(claimed, records, new Source(source, forWriters), target, () -> closing.getCount() == 0).run();
        }
    }

    private void fail(Claimed claimed, DatabaseException failure) {
        Optional<String> left = Optional.empty();
        try {
            left = clear(claimed);
        } catch (DatabaseException e) {
            LOG.warn("What a failed migration leaves behind could not be removed: {}", e.getMessage());
        }
        records.end(
                claimed,
                "failed",
                Optional.of(failure.getMessage() + left.map(" "::concat).orElse("")));
    }

    /** The present database is waited for; the new one is not, because it may be the wrong one, or none at all. */
    private void cancel(Claimed claimed) {
        Optional<String> left = clear(claimed);
        records.end(claimed, "cancelled", left);
        LOG.info("The migration of the organization {} is cancelled", claimed.organizationId());
    }

    /**
     * Removes what was begun in both databases.
     *
     * @return what is left in the new one, and why
     */
    private Optional<String> clear(Claimed claimed) {
        List<String> tables = forgottenBySource(claimed);
        if (claimed.made().isPresent()) {
            // dropped as a whole soon after the move has ended, when nobody makes it any more
            return Optional.empty();
        }
        try (Target target = new Target(claimed)) {
            target.forget(tables);
            return Optional.empty();
        } catch (DatabaseException e) {
            return Optional.of(
                    "What was copied could not be removed (%s); if there is a schema webhookdb in the new database, drop it and the tables that were copied."
                            .formatted(e.getMessage()));
        }
    }

    private List<String> forgottenBySource(Claimed claimed) {
        try (Database database = databases.openApart(claimed.organizationId())) {
            Source source = new Source(database);
            source.forget();
            return source.tables();
        }
    }
}
