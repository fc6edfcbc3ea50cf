package dev.webhookdb.ingest;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.IngestMetrics;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests durably, many with one commit. Thread-safe.
 *
 * <p>Callers put their request into a queue and wait. One thread takes whatever has queued up and writes it with one statement, which is
 * one transaction and so one {@code fsync}: under load the batch grows while the previous one commits, and an idle log commits at once.
 * Behind a commit that takes longer than {@link #SLOW}, because what it writes is large or the database is slow, a second thread steps in.
 * No caller waits longer than for the commits that are running and its own, or {@link #PATIENCE}, after which another thread sends it away:
 * that costs less than an alarm clock for each. One that gave up may find its request logged all the same, which only means that the
 * provider sends it twice.
 */
public final class WebhookLog implements RequestLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookLog.class);
    /** Most commits take a few milliseconds; one at a time, they hold the more. */
    private static final Duration SLOW = Duration.ofMillis(50);

    private static final int MOST_PER_COMMIT = 256;
    private static final int MOST_BYTES_PER_COMMIT = 8 << 20;

    /** The provider is to be answered within 2 s whatever happens, unless what it sent is so large that writing takes its time. */
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(100);

    /** What the slowest disk that is of use writes, in bytes. */
    private static final long WRITTEN_PER_SECOND = 8 << 20;

    /** A connection that fell silent is given up after that, so that the log goes on soon after the database is back. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final String NOT_COMMITTED = "The database did not commit: ";

    private static final String DISK_FULL = "53100";

    /** What a server says that another has taken the place of, and that may only be read. */
    private static final String READ_ONLY = "25006";

    private static final Duration FULL_FOR = Duration.ofSeconds(15);

    private final Database platform;
    private final WebhookIds ids;
    private final CommittedWebhookListener handover;
    private final Duration visibility;
    private final IngestLoad load;
    private final IngestMetrics metrics;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Map<Thread, Commit> committing = new ConcurrentHashMap<>();
    private final List<BackgroundTask> committers;
    private final BackgroundTask sweeper;
    private volatile boolean closing;

    /** When the disk was found to be full, by {@link System#nanoTime}; 0 if it is not. */
    private volatile long full;

    /**
     * Starts the log.
     *
     * @param visibility how long an accepted webhook is left to the handover before any host may take it from the queue
     * @param load told how many wait
     */
    public WebhookLog(
            Database platform,
            CommittedWebhookListener handover,
            Duration visibility,
            IngestLoad load,
            BackgroundTasks tasks,
            IngestMetrics metrics) {
        this.platform = platform;
        this.ids = new WebhookIds(platform, LIMIT);
        this.handover = handover;
        this.visibility = visibility;
        this.load = load;
        this.metrics = metrics;
        this.committers = List.of(
                tasks.startApart("webhook-log", Duration.ZERO, this::commitNext),
                tasks.startApart("webhook-log-behind-slow", BETWEEN_LOOKS, this::commitBehindSlow));
        this.sweeper = tasks.startApart("webhook-log-patience", BETWEEN_SWEEPS, this::sweep);
    }

    @Override
    public void append(LogEntry entry, MemoryBudget.Charge charge) {
        append(entry, charge, PATIENCE);
    }

    /** @param shortest how long it is waited for, not counting what writing a large request takes */
    void append(LogEntry entry, MemoryBudget.Charge charge, Duration shortest) {
        if (closing) {
            throw new UnavailableException("The host is stopping.", null);
        }
        Duration patience = shortest.plusMillis(1_000L * entry.size() / WRITTEN_PER_SECOND);
        var waiting = new Waiting(
                entry,
                charge.handedOver(),
                patience,
                System.nanoTime() + patience.toNanos(),
                new CompletableFuture<>());
        load.began();
        long begun = System.nanoTime();
        try {
            queue.add(waiting);
            if (closing && queue.remove(waiting)) {
                waiting.charge().close();
                throw new UnavailableException("The host is stopping.", null);
            }
            ReceiveSteps.committed(waiting.committed().get(), begun);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case UnavailableException gaveUp -> gaveUp;
                case DatabaseException failure
                when isAway(failure) -> UnavailableException.away(NOT_COMMITTED + failure.getMessage(), failure);
                case Throwable other -> new UnavailableException(NOT_COMMITTED + other.getMessage(), other);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The host is stopping.", e);
        } finally {
            load.ended();
        }
    }

    private static boolean isAway(DatabaseException failure) {
        return failure.kind() == DatabaseException.Kind.UNAVAILABLE
                || failure.sqlState().equals(READ_ONLY);
    }

    /** Sends those away who waited for too long. What they brought stays where it is, and may be committed yet. */
    private void sweep() {
        long now = System.nanoTime();
        queue.forEach(waiting -> waiting.giveUpAfter(now));
        committing.values().forEach(commit -> commit.batch().forEach(waiting -> waiting.giveUpAfter(now)));
    }

    /**
     * Returns whether the database's disk was full when it was last written to, a moment ago. After that it counts as having room again,
     * because nobody would find out while no requests are sent here.
     */
    public boolean isDiskFull() {
        long since = full;
        return since != 0 && System.nanoTime() - since < FULL_FOR.toNanos();
    }

    /** Stops when everything that was appended is committed, or has failed. */
    @Override
    public void close() {
        closing = true;
        committers.forEach(committer -> committer.close(PATIENCE));
        while (!queue.isEmpty()) {
            commitNext();
        }
        sweeper.close();
    }

    private void commitNext() {
        try {
            List<Waiting> batch = nextBatch();
            if (!batch.isEmpty()) {
                committing.put(Thread.currentThread(), new Commit(System.nanoTime(), batch));
                commit(batch);
            }
        } catch (InterruptedException e) {
            // whoever meant to stop this says so otherwise
            LOG.warn("A thread of the webhook log was interrupted and goes on", e);
        } finally {
            committing.remove(Thread.currentThread());
        }
    }

    private void commitBehindSlow() {
        while (!queue.isEmpty() && isSlow()) {
            commitNext();
        }
    }

    private boolean isSlow() {
        long begun = System.nanoTime() - SLOW.toNanos();
        return committing.values().stream().anyMatch(commit -> commit.begun() - begun < 0);
    }

    private List<Waiting> nextBatch() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        Waiting next = queue.poll(100, TimeUnit.MILLISECONDS);
        int bytes = 0;
        while (next != null) {
            batch.add(next);
            bytes += next.entry().size();
            next = batch.size() < MOST_PER_COMMIT && bytes < MOST_BYTES_PER_COMMIT ? queue.poll() : null;
        }
        return batch;
    }

    private void commit(List<Waiting> batch) {
        long begun = System.nanoTime();
        try {
            long[] taken = ids.next(batch.size());
            insert(batch, taken);
            metrics.committed(batch.size(), System.nanoTime() - begun);
            full = 0;
            for (int i = 0; i < taken.length; i++) {
                LogEntry entry = batch.get(i).entry();
                if (entry.verdict() == LogEntry.Verdict.ACCEPTED) {
                    handover.accepted(taken[i], entry.endpoint(), entry.request());
                }
                batch.get(i).committed().complete(taken[i]);
            }
        } catch (RuntimeException | Error e) {
            switch (e) {
                case DatabaseException failure
                when failure.sqlState().equals(DISK_FULL) -> full = System.nanoTime() | 1;
                case DatabaseException away -> LOG.debug("A batch could not be logged", away);
                default -> LOG.error("A batch of {} requests could not be logged", batch.size(), e);
            }
            batch.forEach(waiting -> waiting.committed().completeExceptionally(e));
            metrics.notCommitted(System.nanoTime() - begun);
        } finally {
            batch.forEach(waiting -> waiting.charge().close());
        }
    }

    private void insert(List<Waiting> batch, long[] ids) {
        List<LogRow> rows =
                batch.stream().map(waiting -> LogRow.of(waiting.entry())).toList();
        platform.transaction(LIMIT, session -> LogRow.insert(session, rows, ids, visibility));
    }

    /**
     * A commit that is running.
     *
     * @param begun when it began, by {@link System#nanoTime}
     */
    private record Commit(long begun, List<Waiting> batch) {}

    /**
     * A request whose sender waits.
     *
     * @param patience for how long at most, and
     * @param deadline until when, by {@link System#nanoTime}
     * @param committed gives the number of the webhook
     */
    private record Waiting(
            LogEntry entry,
            MemoryBudget.Charge charge,
            Duration patience,
            long deadline,
            CompletableFuture<Long> committed) {
        void giveUpAfter(long now) {
            if (now - deadline > 0 && !committed.isDone()) {
                committed.completeExceptionally(
                        UnavailableException.away("The database did not commit within %s.".formatted(patience), null));
            }
        }
    }
}
