package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.SyncMetrics;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.trace.Tracing;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at targets whose turn it is. Thread-safe. */
final class TargetRunner implements QueueWorker.Work<Long> {
    private static final Logger LOG = LoggerFactory.getLogger(TargetRunner.class);

    private final Means means;

    /**
     * What it takes.
     *
     * @param refresh sees to it that the organization with a number is read where it is by now
     * @param memory for pages
     * @param stopping whether the host is about to end, so that another one is to go on
     */
    record Means(
            Database platform,
            SyncRepository repository,
            SyncedTables tables,
            PageMaker maker,
            PageSender sender,
            CopiedTables copied,
            Copies copies,
            FailingTargets failing,
            LongConsumer refresh,
            MemoryBudget memory,
            BooleanSupplier stopping,
            SyncMetrics metrics,
            Tracing tracing) {}

    TargetRunner(Means means) {
        this.means = means;
    }

    @Override
    public Result attempt(Lease<Long> lease) throws InterruptedException {
        try {
            Optional<Task> found = means.platform().transaction(session -> found(session, lease));
            return found.isPresent() ? attempt(lease, found.get()) : new Result.Done();
        } catch (DatabaseException e) {
            LOG.info("A sync waits for the database: {}", e.getMessage());
            return new Result.Released();
        }
    }

    /** People are told of it as of a receiver that fails. */
    @Override
    public void poisoned(Lease<Long> lease) {
        String sentence = Runs.PUT_OFF.formatted(lease.deaths());
        means.platform()
                .run(session -> means.repository()
                        .find(session, lease.key())
                        .ifPresent(target -> Integrations.find(session, target.integrationId())
                                .ifPresent(integration -> {
                                    LOG.warn("{} is put off: {}", target.opaqueId(), sentence);
                                    means.failing().failed(session, target, integration, sentence, Duration.ZERO);
                                })));
    }

    private Result attempt(Lease<Long> lease, Task task) throws InterruptedException {
        TargetLease held = new TargetLease(means, lease, task.integration());
        if (task.target().status() == Status.PAUSED) {
            return new Result.Together(held::paused);
        }
        // whoever had it before may have read in the database to which the organization moved a moment ago
        means.refresh().accept(task.target().organizationId());
        if (task.target().kind() == Kind.DATABASE) {
            return new CopyRun(means, held, task).perform();
        }
        Duration onItsWay = task.progress().onItsWay();
        if (onItsWay.isPositive()) {
            // whoever sent the page is gone, and the receiver may still be at it
            return given(lease, onItsWay);
        }
        return new WindowRun(means, held, task).perform();
    }

    /** A target as it was when it was claimed. */
    record Task(SyncTarget target, Integration integration, Progress progress) {}

    private Optional<Task> found(Session session, Lease<Long> lease) {
        Runs.begin(session, lease);
        return means.repository()
                .find(session, lease.key())
                .flatMap(target -> Integrations.find(session, target.integrationId())
                        .map(integration -> new Task(target, integration, Progress.read(session, target.id()))));
    }

    private Result given(Lease<Long> lease, Duration next) {
        means.platform().run(session -> Runs.end(session, lease, Optional.of(next), next));
        return new Result.Settled();
    }
}
