package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.LeasedJobs.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.observe.BackfillMetrics;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.observe.StoreMetrics;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Origin;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins, runs and shows jobs. Thread-safe. */
public final class Backfills implements AutoCloseable {
    /** Twenty attempts over more than an hour. */
    public static final RetryPolicy RETRIES = retries(20, Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final Logger LOG = LoggerFactory.getLogger(Backfills.class);

    private final JobRepository jobs;
    private final JobRequests list;
    private final Integrations integrations;
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final ProviderClient providers;
    private final Sources sources;
    private final Unread unread;
    private final RetryPolicy retries;
    private final Clock clock;
    private final JobWorker worker;
    private final BackfillMetrics metrics;
    private final Tracing tracing;
    private final StoreMetrics storing;

    /** @param organizations gives the database of the organization with a number */
    public Backfills(
            Database platform,
            Integrations integrations,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            ProviderClient providers,
            RetryPolicy retries,
            Clock clock,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Metrics metrics,
            Tracing tracing) {
        this.tracing = tracing;
        this.jobs = new JobRepository(platform);
        this.list = new JobRequests(platform);
        this.integrations = integrations;
        this.tables = tables;
        this.connectors = connectors;
        this.providers = providers;
        this.sources = new Sources(integrations, endpoints, organizations, tables, connectors, providers);
        this.unread = new Unread(providers);
        this.retries = retries;
        this.clock = clock;
        this.metrics = metrics.backfill();
        this.storing = metrics.store();
        this.worker = new JobWorker(jobs, new Work(), "backfill-cancel", wakeUps, tasks);
    }

    /**
     * Returns when a page is asked for again: after pauses that double from the first up to the longest, with up to a half of jitter. A
     * database that is away is waited for as long as it takes.
     *
     * @param most attempts for one page, at least 1
     */
    public static RetryPolicy retries(int most, Duration first, Duration longest) {
        return RetryPolicy.of(new Pauses.Doubling(first, longest, 0.5))
                .attempts(most)
                .waitingForWhatIsExhausted();
    }

    /**
     * Begins to remove jobs that ended longer ago than is kept, with their splits and what they refused. The latest of each integration
     * stays.
     *
     * @param retention how long jobs are kept after their end, more than zero
     */
    public static BackgroundTask expiring(Database platform, Duration retention, BackgroundTasks tasks) {
        return JobRequests.expiry(retention).start(platform, tasks);
    }

    /** Begins to run jobs. */
    public void start() {
        worker.start();
    }

    /**
     * Begins a job, unless one of the integration is under way.
     *
     * @param incremental whether changes since the last complete run are enough, where the provider can list those
     * @return the job that is under way then
     * @throws BackfillException if the service has no API to list, or its settings are missing
     */
    public BackfillJob begin(Integration integration, Cause cause, boolean incremental) {
        LoadedResource resource = sources.supplied(integration);
        Backfill backfill = resource.resource().backfill().orElseThrow();
        BackfillJob job = list.begin(integration.id(), cause, incremental ? backfill.overlap() : Optional.empty());
        worker.wake();
        return job;
    }

    /**
     * Says whether an integration can be listed at all, whatever its settings.
     *
     * @throws BackfillException if not
     */
    public void requirePossible(Integration integration) {
        sources.listed(integration);
    }

    /**
     * Asks the provider for a first page, to learn at once whether the settings work. What fails for another reason is no complaint:
     * a job would wait until it passes.
     *
     * @return what is wrong with the settings
     */
    public Optional<String> complaint(Integration integration) {
        LoadedResource resource = sources.listed(integration);
        Backfill backfill = resource.resource().backfill().orElseThrow();
        if (backfill.parent().isPresent()) {
            return Optional.empty();
        }
        Optional<Backfill.Range> range = backfill.isRanged()
                ? Optional.of(Backfill.Range.of(Optional.empty(), Optional.empty()))
                : Optional.empty();
        try {
            Instant answered = providers.list(
                    sources.endpoint(integration),
                    resource,
                    new ProviderClient.Wanted(Optional.empty(), Optional.empty(), range, Optional.empty()),
                    listed -> {
                        listed.memory().close();
                        return listed.asOf();
                    });
            LOG.debug("The provider of {} answered at {}", integration.table(), answered);
            return Optional.empty();
        } catch (ConnectorFailure e) {
            return e.kind() == Kind.SETTINGS ? Optional.of(e.getMessage()) : Optional.empty();
        }
    }

    /** Begins jobs of integrations whose settings somebody just supplied, as far as they are complete; incremental if they were read before. */
    public void settled(List<Integration> complete) {
        for (Integration integration : complete) {
            try {
                begin(integration, Cause.SETUP, true);
                list.forgive(integration.id());
            } catch (BackfillException e) {
                LOG.debug("{} is not listed yet: {}", integration.table(), e.getMessage());
            }
        }
    }

    /** A service that has no webhooks is polled; what webhooks keep fresh is only compared. */
    private static Origin origin(Claimed job, LoadedResource resource) {
        if (job.cause() != Cause.SCHEDULE) {
            return Origin.BACKFILL;
        }
        boolean polled =
                resource.resource().backfill().flatMap(Backfill::interval).isPresent();
        return polled ? Origin.POLL : Origin.RECONCILIATION;
    }

    /** Begins a scheduled job if it can be: settings that nobody supplied yet, or that do not work, are not its business. */
    public void due(long integrationId) {
        integrations.find(integrationId).ifPresent(integration -> {
            try {
                if (list.isDue(integrationId)) {
                    begin(integration, Cause.SCHEDULE, true);
                }
            } catch (BackfillException e) {
                LOG.debug("{} is due, but {}", integration.table(), e.getMessage());
            }
        });
    }

    /** Returns how far back a backfill reaches, if its connector says so. */
    public Optional<Reach> reach(Integration integration) {
        return connectors
                .resource(integration.service())
                .flatMap(loaded -> loaded.resource().backfill())
                .flatMap(Backfill::reach);
    }

    /** Returns an integration's jobs, newest first. */
    public List<BackfillJob> of(Integration integration, int most) {
        return list.of(integration.id(), most);
    }

    /** Wants the job that is under way to be cancelled; returns it, or nothing if there is none. */
    public Optional<BackfillJob> cancel(Integration integration) {
        Optional<BackfillJob> cancelled = list.cancel(integration.id());
        worker.cancelWanted();
        return cancelled;
    }

    /** Returns what could not be stored of an integration's newest job, with the reason in front: at most a hundred resources. */
    public List<Refused> refused(Integration integration) {
        return list.refused(integration.id());
    }

    /** A resource that could not be stored. */
    public record Refused(String reason, String resource) {}

    @Override
    public void close() {
        worker.close();
    }

    /** What a job does. */
    private final class Work implements JobWorker.Work {
        @Override
        public void run(Claimed job) throws InterruptedException {
            Integration integration = sources.integration(job);
            Listing listing = sources.listing(integration, job.since());
            Source source = sources.pages(integration, listing);
            Origin origin = origin(job, sources.inUse(integration));
            var writer = new PageWriter(jobs, job, tables, integration, origin, listing::read, metrics, storing);
            new BackfillRun(jobs, job, source, writer, retries, clock, metrics, tracing).run();
            if (job.since().isEmpty()) {
                unread.of(sources.settled(integration), sources.inUse(integration))
                        .ifPresent(what -> jobs.unread(job, what));
            }
            children(integration, job);
        }

        @Override
        public void ended(Claimed job, State state, Optional<ConnectorFailure> failure) {
            Optional<Integration> integration = integrations.find(job.integrationId());
            if (integration.isEmpty()) {
                return;
            }
            String table = integration.get().table();
            BackfillJob last = list.of(job.integrationId(), 1).getFirst();
            switch (state) {
                case SUCCEEDED ->
                    LOG.info(
                            "{} is complete: {} listed on {} pages, {} rows added or repaired, {} refused",
                            table,
                            last.resources(),
                            last.pages(),
                            last.changed(),
                            last.refused());
                case FAILED ->
                    LOG.warn(
                            "The backfill of {} failed: {}",
                            table,
                            failure.map(ConnectorFailure::getMessage).orElse(""));
                case CANCELLED -> LOG.info("The backfill of {} was cancelled", table);
                case QUEUED, RUNNING -> throw new IllegalArgumentException("A job does not end " + state);
            }
            list.ended(job.integrationId(), job.cause(), failure.map(ConnectorFailure::kind));
            switch (list.dueMeanwhile(job.integrationId())) {
                case NOTHING -> {}
                case CHANGES -> due(job.integrationId());
                case EVERYTHING -> beginChild(integration.get(), false);
            }
        }

        /**
         * What is listed for each row of a table is listed after the table was, when somebody asked for that. It is begun before the end of the
         * job is written down: whoever goes on with the job after a failure reads nothing more, and comes here again.
         */
        private void children(Integration parent, Claimed job) {
            if (job.cause() == Cause.SCHEDULE) {
                return;
            }
            integrations.of(parent.organizationId()).stream()
                    .filter(other -> connectors
                            .resource(other.service())
                            .flatMap(resource -> resource.resource().backfill())
                            .flatMap(Backfill::parent)
                            .filter(parent.service()::equals)
                            .isPresent())
                    .forEach(child -> beginChild(child, job.since().isPresent()));
        }

        private void beginChild(Integration child, boolean incremental) {
            try {
                begin(child, Cause.PARENT, incremental);
            } catch (BackfillException e) {
                LOG.info("{} is not listed after its parent: {}", child.table(), e.getMessage());
            }
        }
    }
}
