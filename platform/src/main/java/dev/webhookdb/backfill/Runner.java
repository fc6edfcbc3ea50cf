package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.Jobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.database.DatabaseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs, as many as a host runs at once, and runs each in a thread of its own. Thread-safe.
 *
 * <p>A job is held for a short time and again and again, so that the jobs of a host that died are soon taken over by another one.
 */
final class Runner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
    private static final int MOST_AT_ONCE = 64;
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration BETWEEN_SIGNS = Jobs.HELD.dividedBy(6);
    private static final Duration TO_FINISH = Duration.ofSeconds(10);

    private final Jobs jobs;
    private final Work work;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread claiming;
    private final Thread holding;

    /** What is to be done for a job. */
    interface Work {
        /** Runs a job to its end; see {@link Run#run}. */
        void run(Claimed job) throws InterruptedException;

        /** Is told what became of a job, after that was written down. */
        void ended(Claimed job, State state, Optional<ConnectorFailure> failure);
    }

    private static final class Running {
        private final Thread thread;
        private boolean cancelled;
        private boolean ended;

        Running(Thread thread) {
            this.thread = thread;
        }

        synchronized void cancel() {
            if (!ended) {
                cancelled = true;
                thread.interrupt();
            }
        }

        synchronized boolean isCancelled() {
            return cancelled;
        }

        /** From here on, what is written down about the end is not interrupted; to be called in its thread. */
        synchronized void end() {
            ended = true;
            Thread.interrupted();
        }
    }

    Runner(Jobs jobs, Work work) {
        this.jobs = jobs;
        this.work = work;
        this.claiming = Thread.ofPlatform().daemon().name("backfill-claim").unstarted(this::claim);
        this.holding = Thread.ofPlatform().daemon().name("backfill-hold").unstarted(this::hold);
    }

    void start() {
        claiming.start();
        holding.start();
    }

    /** Looks for jobs at once. */
    void wake() {
        wake.release();
    }

    private void claim() {
        while (closing.getCount() > 0) {
            try {
                Optional<Claimed> job = running.size() < MOST_AT_ONCE ? jobs.claim() : Optional.empty();
                job.ifPresent(this::begin);
                if (job.isEmpty() && wake.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                LOG.warn("Jobs cannot be taken; trying again: {}", e.toString());
                rest();
            }
        }
    }

    private void rest() {
        try {
            closing.await(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold() {
        try {
            while (!closing.await(BETWEEN_SIGNS.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            LOG.debug("No more signs of life: the host stops", e);
        }
    }

    /** Says that jobs are still run here, and looks for those that somebody wants to be cancelled; {@link #hold} does so by itself. */
    void look() {
        try {
            // not the map itself: a job that begins while this asks is not among the answers, and not cancelled
            Map<Long, Running> known = Map.copyOf(running);
            Map<Long, Boolean> held = jobs.hold(known.keySet());
            known.forEach((id, one) -> {
                if (held.getOrDefault(id, true)) {
                    one.cancel();
                }
            });
        } catch (RuntimeException | Error e) {
            LOG.warn("Jobs cannot be held, so that another host may take them over: {}", e.toString());
        }
    }

    private void begin(Claimed job) {
        Thread thread = Thread.ofVirtual().name("backfill-job-" + job.id()).unstarted(() -> run(job));
        running.put(job.id(), new Running(thread));
        thread.start();
    }

    private void run(Claimed job) {
        try {
            work.run(job);
            finish(job, State.SUCCEEDED, Optional.empty());
        } catch (ConnectorFailure e) {
            finish(job, State.FAILED, Optional.of(e));
        } catch (LostJobException e) {
            LOG.info("Job {} goes on elsewhere, or was ended", job.id());
        } catch (InterruptedException e) {
            stop(job);
        } catch (DatabaseException e) {
            LOG.warn("Job {} goes on in {}, because a database is away: {}", job.id(), Jobs.HELD, e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("Job {} met an error", job.id(), e);
            finish(
                    job,
                    State.FAILED,
                    Optional.of(new ConnectorFailure(
                            ConnectorFailure.Kind.DEFECT,
                            "The host met an unexpected %s; its log says where."
                                    .formatted(e.getClass().getSimpleName()))));
        } finally {
            running.remove(job.id());
            wake();
        }
    }

    private void stop(Claimed job) {
        if (running.get(job.id()).isCancelled()) {
            finish(job, State.CANCELLED, Optional.empty());
        } else {
            release(job);
        }
    }

    private void release(Claimed job) {
        try {
            jobs.release(job.id());
        } catch (DatabaseException e) {
            LOG.debug("Job {} is free in {}", job.id(), Jobs.HELD, e);
        }
    }

    /** A job whose end cannot be written down comes again, and finds that there is nothing left to do. */
    private void finish(Claimed job, State state, Optional<ConnectorFailure> failure) {
        running.get(job.id()).end();
        try {
            jobs.finish(job, state, failure);
            work.ended(job, state, failure);
        } catch (DatabaseException e) {
            LOG.warn("The end of job {} could not be written down: {}", job.id(), e.getMessage());
        }
    }

    /** Stops after the pages that are being stored; what is not finished goes on where it was. */
    @Override
    public void close() {
        closing.countDown();
        claiming.interrupt();
        try {
            claiming.join(TO_FINISH);
            for (Running one : running.values()) {
                one.thread.interrupt();
            }
            for (Running one : running.values()) {
                one.thread.join(TO_FINISH);
            }
            holding.join(TO_FINISH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
