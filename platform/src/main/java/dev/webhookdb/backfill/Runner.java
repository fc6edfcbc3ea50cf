package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.Jobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final BackgroundTasks tasks;
    private volatile Optional<BackgroundTask> claiming = Optional.empty();
    private volatile Optional<BackgroundTask> holding = Optional.empty();

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

    Runner(Jobs jobs, Work work, BackgroundTasks tasks) {
        this.jobs = jobs;
        this.work = work;
        this.tasks = tasks;
    }

    void start() {
        holding = Optional.of(tasks.start("backfill-hold", BETWEEN_SIGNS, this::hold));
        claiming = Optional.of(tasks.start("backfill-claim", IDLE, this::claim));
    }

    /** Looks for jobs at once. */
    void wake() {
        claiming.ifPresent(BackgroundTask::wake);
    }

    private void claim() {
        while (running.size() < MOST_AT_ONCE) {
            Optional<Claimed> job = jobs.claim();
            if (job.isEmpty()) {
                return;
            }
            begin(job.get());
        }
    }

    /** Says that jobs are still run here, and looks for those that somebody wants to be cancelled; it is done again and again anyway. */
    void look() {
        tasks.attempt("backfill-hold", this::hold);
    }

    private void hold() {
        // not the map itself: a job that begins while this asks is not among the answers, and not cancelled
        Map<Long, Running> known = Map.copyOf(running);
        Map<Long, Boolean> held = jobs.hold(known.keySet());
        known.forEach((id, one) -> {
            if (held.getOrDefault(id, true)) {
                one.cancel();
            }
        });
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
        claiming.ifPresent(BackgroundTask::close);
        try {
            for (Running one : running.values()) {
                one.thread.interrupt();
            }
            for (Running one : running.values()) {
                one.thread.join(TO_FINISH);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        holding.ifPresent(BackgroundTask::close);
    }
}
