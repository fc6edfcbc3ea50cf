package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.LeasedJobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Failure;
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
final class JobWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);
    private static final int MOST_AT_ONCE = 64;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final LeasedJobs jobs;
    private final Work work;
    private final String cancelTask;
    private final WakeUps wakeUps;
    private final BackgroundTasks tasks;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private volatile Optional<BackgroundTask> cancelling = Optional.empty();
    private volatile Optional<QueueWorker<Claimed>> worker = Optional.empty();

    /** What is to be done for a job. */
    interface Work {
        /** Runs a job to its end; see {@link BackfillRun#run}. */
        void run(Claimed job) throws InterruptedException;

        /** Is told what became of a job, after that was written down. */
        void ended(Claimed job, State state, Optional<ConnectorFailure> failure);
    }

    private static final class Running {
        private final Thread thread = Thread.currentThread();
        private boolean cancelled;
        private boolean ended;

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

    /** @param cancelTask what looking for cancelled jobs is called in the log and among the tasks that fail */
    JobWorker(LeasedJobs jobs, Work work, String cancelTask, WakeUps wakeUps, BackgroundTasks tasks) {
        this.jobs = jobs;
        this.work = work;
        this.cancelTask = cancelTask;
        this.wakeUps = wakeUps;
        this.tasks = tasks;
    }

    void start() {
        worker = Optional.of(QueueWorker.start(jobs.queue(), MOST_AT_ONCE, new Attempts(), wakeUps, tasks));
        cancelling = Optional.of(tasks.start(cancelTask, BETWEEN_LOOKS, this::cancel));
    }

    /** Looks for jobs at once. */
    void wake() {
        worker.ifPresent(QueueWorker::wake);
    }

    /** Looks for those that somebody wants to be cancelled; that is done again and again anyway. */
    void cancelWanted() {
        tasks.attempt(cancelTask, this::cancel);
    }

    private void cancel() {
        Map<Long, Running> known = Map.copyOf(running);
        if (!known.isEmpty()) {
            jobs.cancelling(known.keySet()).forEach(job -> known.get(job).cancel());
        }
    }

    /** What is done with a job whose turn it is. */
    private final class Attempts implements QueueWorker.Work<Claimed> {
        @Override
        public Result attempt(Lease<Claimed> lease) throws InterruptedException {
            Claimed job = lease.payload();
            Running one = new Running();
            running.put(job.id(), one);
            try {
                return ran(job, one);
            } catch (LostJobException e) {
                LOG.info("Job {} goes on elsewhere, or was ended", job.id(), e);
                return new Result.Settled();
            } catch (DatabaseException e) {
                if (Thread.interrupted()) {
                    throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
                }
                LOG.warn("Job {} goes on later, because a database is away: {}", job.id(), e.getMessage());
                return new Result.Failed(Failure.of(Failure.Kind.EXHAUSTED), "The database is away: " + e.getMessage());
            } finally {
                running.remove(job.id());
            }
        }

        @Override
        public void poisoned(Lease<Claimed> lease) {
            work.ended(
                    lease.payload(),
                    State.FAILED,
                    Optional.of(new ConnectorFailure(ConnectorFailure.Kind.DEFECT, jobs.poison(lease.deaths()))));
        }
    }

    private Result ran(Claimed job, Running one) throws InterruptedException {
        try {
            work.run(job);
            return finished(job, one, State.SUCCEEDED, Optional.empty());
        } catch (ConnectorFailure e) {
            return finished(job, one, State.FAILED, Optional.of(e));
        } catch (InterruptedException e) {
            if (!one.isCancelled()) {
                throw e;
            }
            return finished(job, one, State.CANCELLED, Optional.empty());
        } catch (LostJobException | DatabaseException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("Job {} met an error", job.id(), e);
            return finished(
                    job,
                    one,
                    State.FAILED,
                    Optional.of(new ConnectorFailure(
                            ConnectorFailure.Kind.DEFECT,
                            "The host met an unexpected %s; its log says where."
                                    .formatted(e.getClass().getSimpleName()))));
        }
    }

    /** A job whose end cannot be written down comes again, and finds that there is nothing left to do. */
    private Result finished(Claimed job, Running one, State state, Optional<ConnectorFailure> failure) {
        one.end();
        jobs.finish(job, state, failure);
        try {
            work.ended(job, state, failure);
        } catch (DatabaseException e) {
            LOG.warn("What follows after job {} is not begun: {}", job.id(), e.getMessage());
        }
        return new Result.Settled();
    }

    /** Stops after the pages that are being stored; what is not finished goes on where it was. */
    @Override
    public void close() {
        cancelling.ifPresent(BackgroundTask::close);
        worker.ifPresent(one -> one.close(Duration.ZERO));
    }
}
