package dev.webhookdb.migration;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
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
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration REST = Duration.ofSeconds(2);
    private static final int AT_ONCE = 4;
    private static final int MOST_REFUSALS = 5;

    private final Migrations migrations;
    private final OrganizationDatabases databases;
    private final Duration look;
    private final Duration rest;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final BackgroundTasks tasks;
    private Optional<BackgroundTask> looking = Optional.empty();

    /** Works on what is recorded, with the databases that organizations are in. */
    public Migrator(Migrations migrations, OrganizationDatabases databases, BackgroundTasks tasks) {
        this(migrations, databases, tasks, LOOK, REST);
    }

    /**
     * @param look the pause between two looks for moves
     * @param rest the pause before a move that was refused is tried again
     */
    Migrator(
            Migrations migrations,
            OrganizationDatabases databases,
            BackgroundTasks tasks,
            Duration look,
            Duration rest) {
        this.migrations = migrations;
        this.databases = databases;
        this.tasks = tasks;
        this.look = look;
        this.rest = rest;
    }

    /** Starts working. */
    public void start() {
        looking = Optional.of(tasks.start("migrate", look, this::claim));
    }

    /** Stops after the batches that are being copied; another host goes on from there, or this one after its next start. */
    @Override
    public void close() {
        closing.countDown();
        looking.ifPresent(BackgroundTask::close);
        try {
            if (!free.tryAcquire(AT_ONCE, LEASE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("A migration did not stop in time; it goes on elsewhere");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void claim() {
        if (!free.tryAcquire()) {
            return;
        }
        Optional<Claimed> claimed;
        try {
            claimed = migrations.claim(LEASE);
        } catch (RuntimeException | Error e) {
            free.release();
            throw e;
        }
        if (claimed.isEmpty()) {
            free.release();
            return;
        }
        Thread.ofVirtual().name("migrate " + claimed.get().organizationId()).start(() -> {
            try {
                work(claimed.get());
            } catch (RuntimeException | Error e) {
                LOG.error("A migration met an error; it is taken up again", e);
            } finally {
                free.release();
            }
        });
    }

    private void work(Claimed claimed) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread.ofVirtual().name("hold migration").start(() -> hold(claimed, ended));
        try {
            persist(claimed);
        } catch (LostMigrationException e) {
            LOG.info("The migration of the organization {} goes on elsewhere", claimed.organizationId());
        } finally {
            ended.countDown();
        }
    }

    private void hold(Claimed claimed, CountDownLatch ended) {
        try {
            while (!ended.await(LEASE.toMillis() / 3, TimeUnit.MILLISECONDS)) {
                migrations.hold(claimed, LEASE);
            }
        } catch (LostMigrationException | DatabaseException e) {
            // the work itself finds out at its next step
            LOG.debug("A migration is not held any more: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void persist(Claimed claimed) {
        int refusals = 0;
        while (closing.getCount() > 0) {
            try {
                attempt(claimed);
                return;
            } catch (PausedException e) {
                LOG.info("The migration of the organization {} pauses: {}", claimed.organizationId(), e.getMessage());
            } catch (DatabaseException e) {
                migrations.remark(claimed, e.getMessage());
                LOG.warn("The migration of the organization {} waits: {}", claimed.organizationId(), e.getMessage());
                refusals += passes(e) ? 0 : 1;
                if (refusals == MOST_REFUSALS) {
                    fail(claimed, e);
                    return;
                }
            }
            if (waited(rest)) {
                break;
            }
        }
        migrations.release(claimed);
    }

    private static boolean passes(DatabaseException failure) {
        return switch (failure.kind()) {
            case UNAVAILABLE, CONFLICT -> true;
            case DATA, REFUSED, OTHER -> false;
        };
    }

    private void attempt(Claimed claimed) {
        try {
            migrations.requireWanted(claimed);
            move(claimed);
        } catch (CancelledException e) {
            cancel(claimed);
        }
    }

    private void move(Claimed claimed) {
        try (Database source = databases.openApart(claimed.organizationId());
                Target target = new Target(claimed)) {
            new Move(claimed, migrations, new Source(source), target, () -> closing.getCount() == 0).run();
        }
    }

    private void fail(Claimed claimed, DatabaseException failure) {
        Optional<String> left = Optional.empty();
        try {
            left = clear(claimed);
        } catch (DatabaseException e) {
            LOG.warn("What a failed migration leaves behind could not be removed: {}", e.getMessage());
        }
        migrations.end(
                claimed,
                "failed",
                Optional.of(failure.getMessage() + left.map(" "::concat).orElse("")));
    }

    /** The present database is waited for; the new one is not, because it may be the wrong one, or none at all. */
    private void cancel(Claimed claimed) {
        Optional<String> left = clear(claimed);
        migrations.end(claimed, "cancelled", left);
        LOG.info("The migration of the organization {} is cancelled", claimed.organizationId());
    }

    /**
     * Removes what was begun in both databases.
     *
     * @return what is left in the new one, and why
     */
    private Optional<String> clear(Claimed claimed) {
        List<String> tables = forgottenBySource(claimed);
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

    /** Returns whether the host stops. */
    private boolean waited(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
