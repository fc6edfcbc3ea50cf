package dev.webhookdb;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.OwnAccount;
import dev.webhookdb.api.Api;
import dev.webhookdb.api.BackfillAnswers;
import dev.webhookdb.api.Health;
import dev.webhookdb.api.Listener;
import dev.webhookdb.api.MetricsRoutes;
import dev.webhookdb.api.Operator;
import dev.webhookdb.api.OperatorBackfills;
import dev.webhookdb.api.OperatorConfiguration;
import dev.webhookdb.api.OperatorMoves;
import dev.webhookdb.api.OperatorPlugins;
import dev.webhookdb.api.OperatorToken;
import dev.webhookdb.api.OperatorWebhooks;
import dev.webhookdb.api.PushRoutes;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.apply.Pushes;
import dev.webhookdb.apply.QueueGauge;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Reverification;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.backfill.ProviderClient;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.Password;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.declare.DeclaredFiles;
import dev.webhookdb.drift.ApiVersions;
import dev.webhookdb.drift.NullColumns;
import dev.webhookdb.erase.Erasure;
import dev.webhookdb.ingest.JournaledLog;
import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.ingest.RequestLog;
import dev.webhookdb.ingest.WebhookLog;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.KnownEndpoints;
import dev.webhookdb.integration.SecretRotation;
import dev.webhookdb.integration.ServiceShapes;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.ledger.ChangedRowCounts;
import dev.webhookdb.migration.DatabaseMoves;
import dev.webhookdb.migration.Migrator;
import dev.webhookdb.migration.ServerMoves;
import dev.webhookdb.notify.Dropping;
import dev.webhookdb.notify.Notifications;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.platform.Partitions;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.schedule.Schedule;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.ServerShare;
import dev.webhookdb.sync.Syncs;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.trace.Tracing;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running host: everything that lives as long as the process, made in one place and handed on through constructors.
 *
 * <p>It stops in the reverse order of its start: first no request is taken in, then what was taken in is committed, then stored, and
 * last the databases close. Whatever does not fit into the time for that is in the queue and is stored at the next start.
 */
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    /** What is left of the time to stop when the applier's share is used up. */
    private static final Duration RESERVE = Duration.ofSeconds(8);

    /**
     * When a webhook and when a page is tried again, and when they are given up.
     *
     * @param alerts the pause between two looks for trouble, and before an alert that was not delivered is tried again
     * @param drops the pause between two looks for closed organizations that are to be dropped, and for what was begun and not finished
     * @param erasures after what time what was in hand while something was erased is looked for
     * @param arrivals how long webhooks about what a comparison listed last may be on their way
     */
    record Patience(
            RetryPolicy webhooks,
            RetryPolicy pages,
            Duration alerts,
            Duration drops,
            Duration erasures,
            Duration arrivals) {
        static final Patience STANDARD = new Patience(
                Applier.RETRIES,
                Backfills.RETRIES,
                Duration.ofMinutes(1),
                Duration.ofSeconds(15),
                Erasure.SECOND_PASS,
                Comparisons.ON_THE_WAY);
    }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile boolean stopping;
    private final Open open;
    private final URI publicUrl;

    private Host(Configuration configuration, Patience patience, Accounts.Post withoutMail) {
        try {
            this.publicUrl = configuration.publicUrl();
            this.open = started(configuration, patience, withoutMail);
        } catch (RuntimeException | Error e) {
            // whatever it is, what was started must not keep the process alive
            closeParts();
            throw e;
        }
    }

    /**
     * Starts a host.
     *
     * @throws RuntimeException with a sentence for the operator if it cannot start; nothing is left running
     */
    public static Host start(Configuration configuration) {
        return start(configuration, Patience.STANDARD, Messages::log);
    }

    /** The same with another idea of when things are tried again and given up, and of where one-time passwords go without mail. */
    static Host start(Configuration configuration, Patience patience, Accounts.Post withoutMail) {
        return new Host(configuration, patience, withoutMail);
    }

    /** Returns the port on which requests are taken. */
    public int port() {
        return open.listener().port();
    }

    /** Returns the method and path of every route. */
    List<String> routes() {
        return open.api().routes();
    }

    /** Returns a one-time password that lets somebody in whatever the sign-up policy says; for whoever started the host. */
    String oneTimePassword(String email) {
        return open.people().oneTimePassword(email);
    }

    /** Has the files applied that say what exists, whether or not one changed. */
    public void reload() {
        open.files().reload();
    }

    /** Returns what providers call, without a path. */
    public URI publicUrl() {
        return publicUrl;
    }

    private Open started(Configuration configuration, Patience patience, Accounts.Post withoutMail) {
        MemoryBudgets budgets = MemoryBudgets.ofHeap();
        Metrics metrics = opened(configuration.metrics().enabled() ? Metrics.start() : Metrics.none());
        metrics.watch(budgets);
        BackgroundTasks tasks = new BackgroundTasks(metrics.tasks());
        StartWithoutDatabase early = opened(new StartWithoutDatabase(configuration, budgets, metrics, tasks));
        PlatformDatabase platform = opened(early.open(() -> PlatformDatabase.open(configuration, tasks, metrics)));
        Database database = platform.database();
        ConnectorRegistry connectors = opened(ConnectorRegistry.open(
                configuration.connectors().directories(),
                configuration.dataDirectory().resolve("connector-calls"),
                new ServiceShapes(database),
                tasks));
        connectors.onChange(PluginReports::logConnectors);
        PluginReports.logConnectors(connectors.all());
        if (configuration.connectors().strict()) {
            PluginReports.requireGoodConnectors(connectors.all());
        }
        DestinationRegistry destinations =
                opened(DestinationRegistry.open(configuration.destinations().directory(), tasks));
        destinations.onChange(PluginReports::logDestinations);
        PluginReports.logDestinations(destinations.all());
        if (configuration.destinations().strict()) {
            PluginReports.requireGoodDestinations(destinations.all());
        }
        Vault vault = vault(configuration);
        Tracing tracing = opened(tracing(configuration, database, vault, tasks, metrics));
        WakeUps wakeUps = opened(WakeUps.start(database, tasks));
        OperatorToken token = OperatorToken.open(configuration.operatorTokenFile());
        OrganizationDatabases databases = opened(new OrganizationDatabases(
                database,
                platform.servers(),
                vault,
                configuration.outbound().allow(),
                budgets.results(),
                new ServerShare(configuration.database().organizationConnections()),
                tasks,
                metrics));
        Partitions partitions = opened(new Partitions(database, Clock.systemUTC(), partitioned(configuration), tasks));
        partitions.start();
        Tables tables = new Tables(databases::open, connectors, opened(new ColumnFiller(tasks)));
        Optional<KnownEndpoints> known =
                configuration.ingest().journal() ? Optional.of(opened(early.known(database, vault))) : Optional.empty();
        Endpoints endpoints = new Endpoints(database, platform.ingest(), vault, known);
        tables.chosenBy(endpoints::find);
        Integrations integrations = new Integrations(database, vault, connectors, tables);
        Outbound outbound = new Outbound(
                address -> isIn(configuration.outbound().allow(), address),
                configuration.outbound().proxy(),
                Clock.systemUTC(),
                metrics.outbound());
        Messages messages = opened(
                new Messages(configuration, database, vault, outbound, wakeUps, tasks, patience.alerts(), withoutMail));
        Notifications notifications = opened(Notifications.open(
                new Notifications.Ground(
                        database,
                        databases,
                        vault,
                        connectors,
                        integrations,
                        tables,
                        outbound,
                        messages.mailer(),
                        configuration.publicUrl(),
                        configuration.notifications().disableAfter(),
                        tracing),
                wakeUps,
                tasks,
                Notifications.Measured.by(metrics)));
        Syncs syncs = opened(Syncs.open(
                new Syncs.Ground(
                        database,
                        databases,
                        destinations,
                        vault,
                        tables,
                        outbound,
                        notifications.signatures(),
                        messages.mailer(),
                        budgets.pages(),
                        tracing),
                wakeUps,
                tasks,
                metrics.syncs()));
        ProviderClient providers = new ProviderClient(outbound, database, budgets.trees());
        Erasure erasure = new Erasure(
                database,
                integrations,
                tables,
                connectors,
                new Setup(endpoints, connectors),
                Clock.systemUTC(),
                patience.erasures());
        IngestLoad load = new IngestLoad();
        ChangedRowCounts changed = opened(ChangedRowCounts.start(database, tasks));
        Applier applier = new Applier(
                database,
                endpoints,
                databases::open,
                tables,
                connectors,
                new ProvidersFetcher(providers),
                erasure,
                patience.webhooks(),
                Clock.systemUTC(),
                configuration.publicUrl(),
                budgets,
                wakeUps,
                tasks,
                load,
                metrics,
                tracing);
        parts.push(() ->
                applier.close(atLeastASecond(configuration.shutdownTimeout().minus(RESERVE))));
        applier.start();
        ApiVersions versions = opened(ApiVersions.start(database, connectors, tasks));
        NullColumns columns = opened(NullColumns.start(database, databases::open, connectors, tasks));
        tables.whenWritten((integration, rows) -> {
            columns.written(integration, rows);
            changed.add(integration.id(), rows);
        });
        WebhookLog log = opened(new WebhookLog(
                platform.ingest(),
                (id, endpoint, request) -> applier.offer(id, endpoint.id(), request),
                Applier.VISIBILITY,
                load,
                tasks,
                metrics.ingest()));
        Optional<JournaledLog> journaled =
                configuration.ingest().journal() ? Optional.of(opened(early.journal(database))) : Optional.empty();
        journaled.ifPresent(journal ->
                journal.connect(log, database, days -> partitions.require(days, "webhook_segment", "webhook_outcome")));
        opened(Auditor.start(database, metrics.audit(), tasks));
        if (configuration.metrics().enabled()) {
            opened(QueueGauge.start(database, metrics.queue(), tasks));
        }
        Backfills backfills = opened(new Backfills(
                database,
                integrations,
                endpoints,
                databases::open,
                tables,
                connectors,
                providers,
                patience.pages(),
                Clock.systemUTC(),
                wakeUps,
                tasks,
                metrics,
                tracing));
        backfills.start();
        Comparisons comparisons = opened(new Comparisons(
                database,
                integrations,
                endpoints,
                databases::open,
                tables,
                connectors,
                providers,
                patience.pages(),
                patience.arrivals(),
                Clock.systemUTC(),
                wakeUps,
                tasks,
                metrics,
                tracing));
        comparisons.start();
        DatabaseMoves migrations = new DatabaseMoves(
                database, databases, vault, configuration.organizations().grace());
        opened(new Migrator(migrations, databases, wakeUps, tasks)).start();
        Schedule schedule = opened(
                Schedule.open(platform.scheduleConnections(), task -> backfills.due(Timetable.integration(task))));
        Timetable timetable = new Timetable(
                database, integrations, connectors, configuration.backfill().reconcileEvery(), clockwork(schedule));
        schedule.start();
        Organizations organizations = new Organizations(database, databases);
        Verification verification = new Verification(connectors);
        Webhooks webhooks = new Webhooks(database, configuration.publicUrl());
        Reverification reverification =
                new Reverification(database, endpoints, verification, configuration.publicUrl());
        Replays replays = new Replays(webhooks, reverification);
        Runnable align = () -> later("align-timetable", timetable::align);
        Runnable verifyRejected = () -> later("verify-rejected", reverification::verifyDue);
        Consumer<List<Integration>> whenComplete = complete -> {
            backfills.settled(complete);
            align.run();
            verifyRejected.run();
            later("shape-tables", () -> complete.forEach(tables::ready));
        };
        Closing closing = opened(Closing.start(
                database,
                databases,
                Clock.systemUTC(),
                configuration.organizations().grace(),
                patience.drops(),
                tasks,
                new OrganizationWork(endpoints, integrations, backfills, comparisons, align, whenComplete)));
        opened(unfinished(patience.drops(), tasks, database, databases, organizations, closing, integrations, erasure));
        opened(SecretRotation.forgetting(database, tasks));
        opened(Backfills.expiring(database, configuration.backfill().retention(), tasks));
        opened(Comparisons.expiring(database, configuration.backfill().retention(), tasks));
        opened(Audit.expiring(database, configuration.audit().retention(), tasks));
        ApiKeys keys = new ApiKeys(database, vault);
        BackfillAnswers answers = new BackfillAnswers(backfills, timetable, Clock.systemUTC());
        Audit audit = new Audit(database);
        People people = new People(configuration, database, organizations, databases, token, messages);
        DeclaredFiles files = new DeclaredFiles(
                new DeclaredFiles.Ground(
                        database,
                        organizations,
                        closing,
                        people.memberships(),
                        new ApiTokens(database, Clock.systemUTC()),
                        messages.errorHandlers(),
                        integrations,
                        endpoints,
                        new Setup(endpoints, connectors),
                        timetable,
                        new SavedViews(database, databases),
                        new SavedQueries(database, databases),
                        notifications.subscriptions(),
                        syncs,
                        whenComplete,
                        configuration.organizations().directory(),
                        configuration.organizations().prune(),
                        configuration.organizations().environment()),
                tasks);
        Api api = new Api(
                budgets,
                tasks,
                configuration.ingest().maxBody(),
                // the first: for each request the routes are compared one after the other
                new Receiver(
                        endpoints::find,
                        verification,
                        journaled.<RequestLog>map(together -> together).orElse(log),
                        budgets.received(),
                        Clock.systemUTC(),
                        configuration.publicUrl(),
                        configuration.ingest().maxBody(),
                        configuration.ingest().rejectedPerHour(),
                        versions::noticed,
                        metrics.ingest(),
                        tracing),
                people.services(
                        connectors,
                        integrations,
                        endpoints,
                        answers,
                        comparisons,
                        webhooks,
                        replays,
                        keys,
                        new SecretRotation(database, vault, connectors, endpoints, Clock.systemUTC()),
                        erasure,
                        closing,
                        migrations,
                        notifications,
                        syncs,
                        whenComplete),
                new Health(
                        database::available,
                        log::isDiskFull,
                        () -> journaled.filter(JournaledLog::isTaking).isPresent(),
                        () -> stopping,
                        tasks::failing,
                        () -> Stream.concat(databases.schemaProblems().stream(), files.problems().stream())
                                .toList()),
                new Operator(
                        token,
                        organizations,
                        databases,
                        integrations,
                        endpoints,
                        audit,
                        configuration.publicUrl(),
                        whenComplete),
                new OperatorPlugins(token, connectors, destinations),
                new OperatorConfiguration(token, organizations, files),
                metricsRoutes(configuration, metrics),
                new PushRoutes(keys, new Pushes(tables, connectors, Clock.systemUTC())),
                new OperatorMoves(
                        token,
                        organizations,
                        new Access(database, organizations),
                        new ServerMoves(migrations, databases),
                        audit),
                new OperatorWebhooks(token, organizations, webhooks, replays, audit),
                new OperatorBackfills(token, organizations, integrations, endpoints, answers, audit, whenComplete));
        Listener listener = opened(early.serve(api));
        Runnable shape = () -> later("shape-tables", () -> shapeTables(integrations, tables));
        connectors.onChange(all -> {
            align.run();
            verifyRejected.run();
            shape.run();
        });
        align.run();
        verifyRejected.run();
        shape.run();
        opened(files).start();
        return new Open(api, listener, people, files);
    }

    /** Hosts of one installation have the key in common with which it signs. */
    private static Tracing tracing(
            Configuration configuration, Database database, Vault vault, BackgroundTasks tasks, Metrics metrics) {
        return configuration
                .traces()
                .map(traces ->
                        Tracing.start(traces, SigningKey.open(database, vault).publicKey(), tasks, metrics.traces()))
                .orElseGet(Tracing::none);
    }

    private static List<Partitions.Partitioned> partitioned(Configuration configuration) {
        Duration log = configuration.ingest().retention();
        Duration events = configuration.notifications().retention();
        return List.of(
                new Partitions.Partitioned("webhook_segment", log),
                Partitions.Partitioned.ofThePast("webhook_row", log),
                new Partitions.Partitioned("webhook_outcome", log),
                new Partitions.Partitioned("event", events, Dropping::events),
                new Partitions.Partitioned("delivery", events),
                new Partitions.Partitioned("delivery_attempt", events));
    }

    /** Finishes what hosts that died had begun, and what could not be done to its end because a database was away. */
    private static BackgroundTask unfinished(
            Duration pause,
            BackgroundTasks tasks,
            Database database,
            OrganizationDatabases databases,
            Organizations organizations,
            Closing closing,
            Integrations integrations,
            Erasure erasure) {
        Map<String, Consumer<Intents.Intent>> doers = new HashMap<>(organizations.unfinished());
        doers.putAll(closing.unfinished());
        doers.putAll(integrations.unfinished());
        doers.putAll(erasure.unfinished());
        doers.putAll(new SavedViews(database, databases).unfinished());
        doers.putAll(new OwnAccount(database).unfinished());
        Intents intents = new Intents(database);
        return tasks.start("unfinished", pause, () -> intents.finish(doers));
    }

    /** What there is to use once everything runs. */
    private record Open(Api api, Listener listener, People people, DeclaredFiles files) {}

    /** What encrypts secrets: with the key that is configured, else with the data directory's. */
    static Vault vault(Configuration configuration) {
        return configuration
                .encryptionKey()
                .map(key -> Vault.of(key.reveal()))
                .orElseGet(() -> Vault.open(configuration.encryptionKeyFile()));
    }

    static MetricsRoutes metricsRoutes(Configuration configuration, Metrics metrics) {
        return new MetricsRoutes(
                metrics::scrape,
                configuration.metrics().token().map(Password::reveal),
                address -> isIn(configuration.server().trustedProxies(), address));
    }

    static boolean isIn(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static Timetable.Clockwork clockwork(Schedule schedule) {
        return new Timetable.Clockwork() {
            @Override
            public void every(String task, Duration interval, Duration first) {
                schedule.every(task, interval, first);
            }

            @Override
            public void cancel(String task) {
                schedule.cancel(task);
            }

            @Override
            public Set<String> tasks() {
                return schedule.tasks().keySet();
            }
        };
    }

    private static void later(String name, Runnable work) {
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("{} did not succeed: {}", name, e.getMessage());
            }
        });
    }

    /** Tables of integrations that get no webhooks any more would otherwise never get a newer connector's columns, and hold an older one. */
    private static void shapeTables(Integrations integrations, Tables tables) {
        integrations.all().forEach(integration -> {
            try {
                tables.ready(integration);
            } catch (RuntimeException e) {
                LOG.warn("The table {} is not in shape yet: {}", integration.table(), e.getMessage());
            }
        });
    }

    private static Duration atLeastASecond(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : duration;
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Stops in order; a part that cannot be stopped is logged and does not keep the others from stopping. */
    @Override
    public void close() {
        stopping = true;
        closeParts();
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the host did not stop as it should", e);
            }
        }
    }
}
