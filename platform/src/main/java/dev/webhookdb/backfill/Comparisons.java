package dev.webhookdb.backfill;

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
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.Difference;
import dev.webhookdb.store.TableComparison;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares tables with what their providers list. Thread-safe.
 *
 * <p>A comparison reads the same pages as a backfill of everything, in the same splits and at the same pace, but keeps only a hash and a time
 * for each key, beside the table. Nothing is written to the table, and nobody who follows it is told anything.
 */
public final class Comparisons implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Comparisons.class);

    /** The provider's days may begin at another hour than the comparison. */
    private static final Duration MARGIN = Duration.ofDays(1);

    /** Providers send most webhooks within seconds. */
    public static final Duration ON_THE_WAY = Duration.ofSeconds(10);

    /** How long webhooks that came are waited for. */
    private static final Duration MOST_TO_STORE = Duration.ofMinutes(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private static final String FORGOTTEN =
            "What was listed so far is gone, because PostgreSQL was restarted without a shutdown, or the organization's database was moved or restored. Start the comparison again.";

    private final ComparisonRepository jobs;
    private final ComparisonRequests list;
    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Integrations integrations;
    private final Sources sources;
    private final Unread unread;
    private final RetryPolicy retries;
    private final Duration onTheWay;
    private final Clock clock;
    private final BackfillMetrics metrics;
    private final Tracing tracing;
    private final JobWorker worker;

    /**
     * Compares in the background, once started.
     *
     * @param organizations gives the database of the organization with a number
     * @param onTheWay how long webhooks about what was listed last may take to arrive; zero or more
     */
    public Comparisons(
            Database platform,
            Integrations integrations,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            ProviderClient providers,
            RetryPolicy retries,
            Duration onTheWay,
            Clock clock,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Metrics metrics,
            Tracing tracing) {
        this.tracing = tracing;
        this.jobs = new ComparisonRepository(platform);
        this.list = new ComparisonRequests(platform);
        this.organizations = organizations;
        this.tables = tables;
        this.integrations = integrations;
        this.sources = new Sources(integrations, endpoints, organizations, tables, connectors, providers);
        this.unread = new Unread(providers);
        this.retries = retries;
        this.onTheWay = onTheWay;
        this.clock = clock;
        this.metrics = metrics.backfill();
        this.worker = new JobWorker(jobs, new Work(), "comparison-cancel", wakeUps, tasks);
    }

    /**
     * Begins to remove comparisons that ended longer ago than is kept. The latest of each integration stays.
     *
     * @param retention how long they are kept after their end, more than zero
     */
    public static BackgroundTask expiring(Database platform, Duration retention, BackgroundTasks tasks) {
        return ComparisonRequests.expiry(retention).start(platform, tasks);
    }

    /** Begins to run comparisons. */
    public void start() {
        worker.start();
    }

    /**
     * Begins a comparison, unless one of the integration is under way.
     *
     * @return the comparison that is under way then
     * @throws BackfillException if the service has no API to list, or its settings are missing
     */
    public Comparison begin(Integration integration) {
        sources.supplied(integration);
        Comparison begun = list.begin(integration.id());
        worker.wake();
        return begun;
    }

    /** Returns an integration's comparisons, newest first, without keys. */
    public List<Comparison> of(Integration integration, int most) {
        return list.of(integration.id(), most);
    }

    /** Returns a comparison of an integration, with keys. */
    public Optional<Comparison> find(Integration integration, String opaqueId) {
        return list.find(integration.id(), opaqueId);
    }

    /** Wants the comparison that is under way to be cancelled; returns it, or nothing if there is none. */
    public Optional<Comparison> cancel(Integration integration) {
        Optional<Comparison> cancelled = list.cancel(integration.id());
        worker.cancelWanted();
        return cancelled;
    }

    @Override
    public void close() {
        worker.close();
    }

    private TableComparison beside(Integration integration, Claimed job) {
        return new TableComparison(organizations.apply(integration.organizationId()), job.id(), integration.id());
    }

    /** Trying again would not help: somebody has to begin anew. */
    private static ConnectorFailure forgotten() {
        return new ConnectorFailure(Kind.SETTINGS, FORGOTTEN);
    }

    /** What a comparison does. */
    private final class Work implements JobWorker.Work {
        @Override
        public void run(Claimed job) throws InterruptedException {
            Integration integration = sources.integration(job);
            TableComparison comparison = beside(integration, job);
            if (jobs.splits(job.id()).isEmpty()) {
                comparison.begin();
            } else if (!comparison.isKnown()) {
                throw forgotten();
            }
            Listing listing = sources.listing(integration, Optional.empty());
            Source source = sources.pages(integration, listing);
            PageConsumer sink = page -> keep(job, integration, comparison, page);
            new BackfillRun(jobs, job, source, sink, retries, clock, metrics, tracing).run();
            judge(job, integration, comparison);
        }

        /** A page is kept before its cursor: a crash in between repeats it. */
        private void keep(Claimed job, Integration integration, TableComparison comparison, DecodedPage page) {
            try {
                if (!tables.use(integration, table -> comparison.keep(table, page.states()))) {
                    throw forgotten();
                }
            } catch (DatabaseException e) {
                if (e.kind() != DatabaseException.Kind.DATA) {
                    throw e;
                }
                throw new ConnectorFailure(
                        Kind.DEFECT, "What the provider lists cannot be compared: " + e.getMessage());
            }
            jobs.advance(job, page);
        }

        private void judge(Claimed job, Integration integration, TableComparison comparison)
                throws InterruptedException {
            LoadedResource resource = sources.inUse(integration);
            ComparisonRepository.Listed listed = jobs.listed(job);
            Optional<String> left = unread(integration, resource, listed);
            Optional<TableComparison.Limit> limit = left.map(why -> limit(resource, listed));
            try {
                TableComparison.Result result = judged(integration, comparison, listed, limit);
                if (result.keys().keySet().stream().anyMatch(Difference::isReal)) {
                    letArrive(integration);
                    result = judged(integration, comparison, listed, limit);
                }
                jobs.report(job, result, integration.endpointId(), left);
            } catch (DatabaseException e) {
                // an interrupt cuts the connection
                if (Thread.interrupted()) {
                    throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
                }
                throw e;
            }
        }

        private TableComparison.Result judged(
                Integration integration,
                TableComparison comparison,
                ComparisonRepository.Listed listed,
                Optional<TableComparison.Limit> limit)
                throws InterruptedException {
            return comparison
                    .judge(tables.ready(integration), listed.askedAt(), limit)
                    .orElseThrow(Comparisons::forgotten);
        }

        /** Of what was listed last, webhooks may be on their way, or wait to be stored; for as long as that takes, but not for ever. */
        private void letArrive(Integration integration) throws InterruptedException {
            Thread.sleep(onTheWay);
            Instant end = clock.instant().plus(MOST_TO_STORE);
            while (clock.instant().isBefore(end) && jobs.isAnythingToStore(integration.endpointId())) {
                Thread.sleep(BETWEEN_LOOKS);
            }
        }

        private Optional<String> unread(
                Integration integration, LoadedResource resource, ComparisonRepository.Listed listed) {
            Optional<String> parent = resource.resource().backfill().flatMap(Backfill::parent);
            if (parent.isPresent() && listed.refused() > 0) {
                return Optional.of(
                        "The provider lists nothing for %d rows of %s.".formatted(listed.refused(), parent.get()));
            }
            return unread.of(sources.settled(integration), resource);
        }

        /** Which rows would have been listed can only be told where days are what limits the listing. */
        private TableComparison.Limit limit(LoadedResource resource, ComparisonRepository.Listed listed) {
            Optional<Reach> reach = resource.resource()
                    .backfill()
                    .filter(backfill -> backfill.parent().isEmpty())
                    .flatMap(Backfill::reach);
            Instant since = listed.startedAt()
                    .minus(Duration.ofDays(reach.map(Reach::days).orElse(0)))
                    .plus(MARGIN);
            return new TableComparison.Limit(reach.flatMap(Reach::countedFrom), since);
        }

        @Override
        public void ended(Claimed job, State state, Optional<ConnectorFailure> failure) {
            Optional<Integration> integration = integrations.find(job.integrationId());
            if (integration.isEmpty()) {
                return;
            }
            String table = integration.get().table();
            switch (state) {
                case SUCCEEDED -> {
                    Comparison last = list.of(job.integrationId(), 1).getFirst();
                    LOG.info(
                            "{} was compared with {} listed resources: {} missing, {} extra, {} older, {} different",
                            table,
                            last.resources(),
                            last.count(Difference.MISSING),
                            last.count(Difference.EXTRA),
                            last.count(Difference.OLDER),
                            last.count(Difference.DIFFERING));
                }
                case FAILED ->
                    LOG.warn(
                            "The comparison of {} failed: {}",
                            table,
                            failure.map(ConnectorFailure::getMessage).orElse(""));
                case CANCELLED -> LOG.info("The comparison of {} was cancelled", table);
                case QUEUED, RUNNING -> throw new IllegalArgumentException("A comparison does not end " + state);
            }
            beside(integration.get(), job).end();
        }
    }
}
