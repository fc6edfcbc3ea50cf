package dev.webhookdb;

import dev.webhookdb.account.Audit;
import dev.webhookdb.api.OperatorToken;
import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.integration.ServiceShapes;
import dev.webhookdb.notify.Dropping;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.platform.Partitions;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.ServerShare;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.trace.Tracing;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all features of a host stand on: databases, JARs, keys, the way out, and how the host is doing.
 *
 * @param parts what is closed with the host, in the reverse order
 * @param early what begins while the database may be away
 */
record Ground(
        Configuration configuration,
        Host.Patience patience,
        Parts parts,
        MemoryBudgets budgets,
        Metrics metrics,
        BackgroundTasks tasks,
        StartWithoutDatabase early,
        PlatformDatabase platform,
        ConnectorRegistry connectors,
        DestinationRegistry destinations,
        Vault vault,
        Tracing tracing,
        WakeUps wakeUps,
        OperatorToken operator,
        OrganizationDatabases databases,
        Partitions partitions,
        Outbound outbound) {
    private static final Logger LOG = LoggerFactory.getLogger(Ground.class);

    /** Opens everything; what was opened is in the parts also if something cannot be. */
    static Ground open(Configuration configuration, Host.Patience patience, Parts parts) {
        MemoryBudgets budgets = MemoryBudgets.ofHeap();
        Metrics metrics = parts.add(configuration.metrics().enabled() ? Metrics.start() : Metrics.none());
        metrics.watch(budgets);
        BackgroundTasks tasks = new BackgroundTasks(metrics.tasks());
        StartWithoutDatabase early = parts.add(new StartWithoutDatabase(configuration, budgets, metrics, tasks));
        PlatformDatabase platform = parts.add(early.open(() -> PlatformDatabase.open(configuration, tasks, metrics)));
        Database database = platform.database();
        ConnectorRegistry connectors = connectors(configuration, database, tasks, parts);
        DestinationRegistry destinations = destinations(configuration, tasks, parts);
        Vault vault = vault(configuration);
        Tracing tracing = parts.add(tracing(configuration, database, vault, tasks, metrics));
        WakeUps wakeUps = parts.add(WakeUps.start(database, tasks));
        OperatorToken operator = OperatorToken.open(configuration.operatorTokenFile());
        OrganizationDatabases databases = parts.add(new OrganizationDatabases(
                database,
                platform.servers(),
                vault,
                configuration.outbound().allow(),
                budgets.results(),
                new ServerShare(configuration.database().organizationConnections()),
                tasks,
                metrics));
        Partitions partitions =
                parts.add(new Partitions(database, Clock.systemUTC(), partitioned(configuration), tasks));
        partitions.start();
        Outbound outbound = new Outbound(
                address -> isIn(configuration.outbound().allow(), address),
                configuration.outbound().proxy(),
                Clock.systemUTC(),
                metrics.outbound());
        return new Ground(
                configuration,
                patience,
                parts,
                budgets,
                metrics,
                tasks,
                early,
                platform,
                connectors,
                destinations,
                vault,
                tracing,
                wakeUps,
                operator,
                databases,
                partitions,
                outbound);
    }

    private static ConnectorRegistry connectors(
            Configuration configuration, Database database, BackgroundTasks tasks, Parts parts) {
        ConnectorRegistry connectors = parts.add(ConnectorRegistry.open(
                configuration.connectors().directories(),
                configuration.dataDirectory().resolve("connector-calls"),
                new ServiceShapes(database),
                tasks));
        connectors.onChange(PluginReports::logConnectors);
        PluginReports.logConnectors(connectors.all());
        if (configuration.connectors().strict()) {
            PluginReports.requireGoodConnectors(connectors.all());
        }
        return connectors;
    }

    private static DestinationRegistry destinations(Configuration configuration, BackgroundTasks tasks, Parts parts) {
        DestinationRegistry destinations =
                parts.add(DestinationRegistry.open(configuration.destinations().directory(), tasks));
        destinations.onChange(PluginReports::logDestinations);
        PluginReports.logDestinations(destinations.all());
        if (configuration.destinations().strict()) {
            PluginReports.requireGoodDestinations(destinations.all());
        }
        return destinations;
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

    /** What encrypts secrets: with the key that is configured, else with the data directory's. */
    static Vault vault(Configuration configuration) {
        return configuration
                .encryptionKey()
                .map(key -> Vault.of(key.reveal()))
                .orElseGet(() -> Vault.open(configuration.encryptionKeyFile()));
    }

    static boolean isIn(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** The platform's own database. */
    Database database() {
        return platform.database();
    }

    Audit audit() {
        return new Audit(database());
    }

    /** What providers call, without a path. */
    URI publicUrl() {
        return configuration.publicUrl();
    }

    /** Has something closed with the host, before what was opened so far. */
    <T extends AutoCloseable> T opened(T part) {
        return parts.add(part);
    }

    /** Does work in a thread of its own; what keeps it from being done is logged. */
    void later(String name, Runnable work) {
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("{} did not succeed: {}", name, e.getMessage());
            }
        });
    }
}
