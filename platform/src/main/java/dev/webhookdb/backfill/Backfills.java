package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.JobRepository.Claimed;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.MissingConnectorException;
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
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins, runs and shows jobs. Thread-safe. */
public final class Backfills implements AutoCloseable {
    /** Twenty attempts over more than an hour. */
    public static final RetryPolicy RETRIES = retries(20, Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final Logger LOG = LoggerFactory.getLogger(Backfills.class);

    private final JobRepository jobs;
    private final JobList list;
    private final Integrations integrations;
    private final Endpoints endpoints;
    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final Providers providers;
    private final Unread unread;
    private final RetryPolicy retries;
    private final Clock clock;
    private final JobWorker worker;
    private final BackfillMetrics metrics;
    private final StoreMetrics storing;

    /** @param organizations gives the database of the organization with a number */
    public Backfills(
            Database platform,
            Integrations integrations,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            Providers providers,
            RetryPolicy retries,
            Clock clock,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Metrics metrics) {
        this.jobs = new JobRepository(platform);
        this.list = new JobList(platform);
        this.integrations = integrations;
        this.endpoints = endpoints;
        this.organizations = organizations;
        this.tables = tables;
        this.connectors = connectors;
        this.providers = providers;
        this.unread = new Unread(providers);
        this.retries = retries;
        this.clock = clock;
        this.metrics = metrics.backfill();
        this.storing = metrics.store();
        this.worker = new JobWorker(jobs, new Work(), wakeUps, tasks);
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
     * Begins to remove jobs that ended longer ago than is kept, with their parts and what they refused. The latest of each integration
     * stays.
     *
     * @param retention how long jobs are kept after their end, more than zero
     */
    public static BackgroundTask expiring(Database platform, Duration retention, BackgroundTasks tasks) {
        return JobList.expiry(retention).start(platform, tasks);
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
        LoadedResource resource = listed(integration);
        List<Setting> missing = Providers.missing(endpoint(integration), resource);
        if (!missing.isEmpty()) {
            throw new BackfillException(
                    "The service %s cannot be listed without %s. %s"
                            .formatted(
                                    integration.service(),
                                    missing.stream().map(Setting::name).collect(Collectors.joining(" and ")),
                                    missing.getFirst().help()),
                    missing);
        }
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
        listed(integration);
    }

    /**
     * Asks the provider for a first page, to learn at once whether the settings work. What fails for another reason is no complaint:
     * a job would wait until it passes.
     *
     * @return what is wrong with the settings
     */
    public Optional<String> complaint(Integration integration) {
        LoadedResource resource = listed(integration);
        Backfill backfill = resource.resource().backfill().orElseThrow();
        if (backfill.parent().isPresent()) {
            return Optional.empty();
        }
        Optional<Backfill.Range> range = backfill.isRanged()
                ? Optional.of(Backfill.Range.of(Optional.empty(), Optional.empty()))
                : Optional.empty();
        try {
            Instant answered = providers.list(
                    endpoint(integration),
                    resource,
                    new Providers.Wanted(Optional.empty(), Optional.empty(), range, Optional.empty()),
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

    private LoadedResource listed(Integration integration) {
        LoadedResource resource = connectors
                .resource(integration.service())
                .orElseThrow(
                        () -> new BackfillException(new MissingConnectorException(integration.service()).getMessage()));
        if (resource.resource().backfill().isEmpty()) {
            throw new BackfillException(
                    "The provider has no API that lists what %s holds: it is filled by webhooks only."
                            .formatted(integration.service()));
        }
        return resource;
    }

    private Endpoint endpoint(Integration integration) {
        return endpoints
                .find(integration.endpointId())
                .orElseThrow(() -> new BackfillException("The integration was deleted."));
    }

    /** What a job does. */
    private final class Work implements JobWorker.Work {
        @Override
        public void run(Claimed job) throws InterruptedException {
            Integration integration = integrations.find(job.integrationId()).orElseThrow(LostJobException::new);
            Database organization = organizations.apply(integration.organizationId());
            var listing = new Listing(providers, () -> settled(integration), () -> inUse(integration), job.since());
            Source source = source(integration, organization, listing);
            var writer = new PageWriter(
                    jobs, job, tables, integration, origin(job, inUse(integration)), listing::read, metrics, storing);
            new BackfillRun(jobs, job, source, writer, retries, clock, metrics).run();
            if (job.since().isEmpty()) {
                unread.of(settled(integration), inUse(integration)).ifPresent(what -> jobs.unread(job, what));
            }
        }

        /** The connector may be replaced while a job runs: each page is asked of the release of its time. */
        private LoadedResource inUse(Integration integration) {
            try {
                return listed(integration);
            } catch (BackfillException e) {
                throw new ConnectorFailure(Kind.SETTINGS, e.getMessage());
            }
        }

        private Source source(Integration integration, Database organization, Listing listing) {
            LoadedResource resource = inUse(integration);
            return resource.resource()
                    .backfill()
                    .flatMap(Backfill::parent)
                    .map(service -> parent(integration, resource, service))
                    .<Source>map(parent -> new Children(listing, organization, () -> tables.ready(parent)))
                    .orElse(listing);
        }

        private Endpoint settled(Integration integration) {
            return endpoints.find(integration.endpointId()).orElseThrow(LostJobException::new);
        }

        /** The same endpoint's, else the only one, else the only one with the same credentials: others may be another account's. */
        private Integration parent(Integration child, LoadedResource resource, String service) {
            List<Integration> candidates = integrations.of(child.organizationId()).stream()
                    .filter(other -> other.service().equals(service))
                    .toList();
            if (candidates.isEmpty()) {
                throw new ConnectorFailure(
                        Kind.SETTINGS,
                        "%s is listed for each row of %s, and there is no such integration. Create one, and start this backfill again."
                                .formatted(child.service(), service));
            }
            Endpoint endpoint = settled(child);
            return candidates.stream()
                    .filter(other -> other.endpointId() == child.endpointId())
                    .findFirst()
                    .or(() -> only(candidates))
                    .or(() -> only(candidates.stream()
                            .filter(other -> Providers.areSame(endpoint, settled(other), resource))
                            .toList()))
                    .orElseThrow(() -> new ConnectorFailure(
                            Kind.SETTINGS,
                            "%s is listed for each row of %s, and there are %d of these integrations (%s): which of them is of the same account cannot be told. Give both the same key, or create them together, and start this backfill again."
                                    .formatted(
                                            child.table(),
                                            service,
                                            candidates.size(),
                                            candidates.stream()
                                                    .map(Integration::table)
                                                    .collect(Collectors.joining(", ")))));
        }

        private static Optional<Integration> only(List<Integration> candidates) {
            return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
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
                case SUCCEEDED -> {
                    LOG.info(
                            "{} is complete: {} listed on {} pages, {} rows added or repaired, {} refused",
                            table,
                            last.resources(),
                            last.pages(),
                            last.changed(),
                            last.refused());
                    children(integration.get(), job);
                }
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

        /** What is listed for each row of a table is listed after the table was, when somebody asked for that. */
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
