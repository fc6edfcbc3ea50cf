package dev.webhookdb.ingest;

import dev.webhookdb.journal.Journal;
import dev.webhookdb.observe.BackgroundTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/** The journal of this run, what of it is not in the database yet, and the journals of others beside it. Thread-safe. */
final class OwnJournal implements AutoCloseable {
    private static final Duration FOR_DISK = Duration.ofMillis(750);
    private static final Duration FOR_LAST = Duration.ofMillis(250);
    private static final long WRITTEN_PER_SECOND = 8 << 20;

    private final AbandonedJournals abandoned;
    private final Journal journal;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final AtomicLong entries = new AtomicLong();
    private volatile Instant oldest;

    /** @see JournaledLog#begin */
    OwnJournal(UUID installation, Path directory, long most, BackgroundTasks tasks) {
        this.abandoned = new AbandonedJournals(directory, installation);
        this.journal = Journal.begin(directory, installation, most, abandoned::bytes, tasks);
    }

    Journal journal() {
        return journal;
    }

    AbandonedJournals abandoned() {
        return abandoned;
    }

    /**
     * Appends a request, unless the database takes requests again by the time the last of the journal is in it. Returns when it is on the
     * disk.
     *
     * @param over whether the database takes requests again
     * @return whether it was appended
     * @throws dev.webhookdb.journal.JournalException if it is not on the disk in time
     */
    boolean append(LogEntry entry, BooleanSupplier over) {
        boolean entered = entered();
        try {
            if (over.getAsBoolean()) {
                return false;
            }
            journal.append(
                    FOR_DISK.plusMillis(1_000L * entry.size() / WRITTEN_PER_SECOND),
                    LogRow.of(entry).written());
            entries.incrementAndGet();
            if (oldest == null) {
                oldest = entry.request().receivedAt();
            }
            return true;
        } finally {
            if (entered) {
                gate.readLock().unlock();
            }
        }
    }

    /** Waits for who keeps requests away; not for long, because then the database does not commit, and the journal still can. */
    private boolean entered() {
        try {
            return gate.readLock().tryLock(FOR_LAST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The host is stopping.", e);
        }
    }

    /**
     * Does something while requests wait, so that there is an end to what is appended; not if those that are being written take too long.
     */
    void withoutAppends(Runnable work) {
        try {
            if (gate.writeLock().tryLock(FOR_DISK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    work.run();
                } finally {
                    gate.writeLock().unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Says that requests of it are in the database.
     *
     * @param last when the last of them was received
     */
    void logged(int requests, Instant last) {
        entries.addAndGet(-requests);
        oldest = last;
    }

    /** Says that all that was appended is in the database. */
    void isLogged() {
        oldest = null;
    }

    /** Returns how many requests of it are not in the database. */
    long entries() {
        return entries.get();
    }

    /** Returns how many bytes all journals of this host take. */
    long bytes() {
        return journal.bytes() + abandoned.bytes();
    }

    /** Returns for how many seconds the oldest of these requests has been waiting, about. */
    double age() {
        Instant since = oldest;
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1e3);
    }

    /** What is in it is read at the next start. */
    @Override
    public void close() {
        journal.close();
    }
}
