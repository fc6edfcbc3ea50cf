package dev.webhookdb;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.api.Api;
import dev.webhookdb.api.Health;
import dev.webhookdb.api.Operator;
import dev.webhookdb.api.OperatorToken;
import dev.webhookdb.api.OperatorWebhooks;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.apply.RetryPolicy;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.database.Database;
import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.database.PlatformDatabase;
import dev.webhookdb.ingest.Partitions;
import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.ingest.WebhookLog;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.integration.Vault;
import io.helidon.webserver.WebServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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

    /** Requests are kept for that long. */
    private static final Duration RETENTION = Duration.ofDays(90);

    /** What is left of the time to stop when the applier's share is used up. */
    private static final Duration RESERVE = Duration.ofSeconds(8);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile boolean stopping;
    private final WebServer server;
    private final URI publicUrl;

    private Host(Configuration configuration, RetryPolicy retries) {
        try {
            this.publicUrl = configuration.publicUrl();
            this.server = started(configuration, retries);
        } catch (RuntimeException e) {
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
        return start(configuration, RetryPolicy.STANDARD);
    }

    /** The same with another idea of when a webhook is tried again and given up. */
    static Host start(Configuration configuration, RetryPolicy retries) {
        return new Host(configuration, retries);
    }

    /** Returns the port on which requests are taken. */
    public int port() {
        return server.port();
    }

    /** Returns what providers call, without a path. */
    public URI publicUrl() {
        return publicUrl;
    }

    private WebServer started(Configuration configuration, RetryPolicy retries) {
        ConnectorRegistry connectors =
                opened(ConnectorRegistry.open(configuration.connectors().directory()));
        connectors.onChange(Host::report);
        report(connectors.all());
        requireGoodConnectors(configuration, connectors.all());
        PlatformDatabase platform = opened(PlatformDatabase.open(configuration));
        Database database = platform.database();
        Vault vault = Vault.open(configuration.dataDirectory().resolve("encryption-key.json"));
        OperatorToken token = OperatorToken.open(configuration.dataDirectory().resolve("operator-token"));
        OrganizationDatabases databases = opened(new OrganizationDatabases(database, platform.servers(), vault));
        Partitions partitions = opened(new Partitions(database, Clock.systemUTC(), RETENTION));
        partitions.start();
        Tables tables = new Tables(databases::open, connectors, opened(new ColumnFiller()));
        Endpoints endpoints = new Endpoints(database, vault);
        Integrations integrations = new Integrations(database, vault, connectors, tables);
        Applier applier = new Applier(
                database,
                endpoints,
                databases::open,
                tables,
                connectors,
                retries,
                Clock.systemUTC(),
                configuration.publicUrl());
        parts.push(() ->
                applier.close(atLeastASecond(configuration.shutdownTimeout().minus(RESERVE))));
        applier.start();
        WebhookLog log = opened(new WebhookLog(
                database, (id, endpoint, request) -> applier.offer(id, endpoint.id(), request), Applier.VISIBILITY));
        Organizations organizations = new Organizations(database, databases);
        Api api = new Api(
                new Health(database::available, () -> stopping),
                new Receiver(
                        endpoints,
                        connectors,
                        log,
                        Clock.systemUTC(),
                        configuration.publicUrl(),
                        configuration.ingest().maxBody()),
                new Operator(
                        token,
                        organizations,
                        databases,
                        integrations,
                        endpoints,
                        connectors,
                        configuration.publicUrl()),
                new OperatorWebhooks(token, organizations, new Webhooks(database)));
        WebServer listening =
                api.listen(configuration.server().host(), configuration.server().port());
        parts.push(listening::stop);
        shapeTables(integrations, tables);
        return listening;
    }

    /** Tables of integrations that get no webhooks any more would otherwise never get a newer connector's columns. */
    private static void shapeTables(Integrations integrations, Tables tables) {
        Thread.ofVirtual()
                .name("shape-tables")
                .start(() -> integrations.all().forEach(integration -> {
                    try {
                        tables.ready(integration);
                    } catch (RuntimeException e) {
                        LOG.warn("The table {} is not in shape yet: {}", integration.table(), e.getMessage());
                    }
                }));
    }

    private static void report(List<Installed> all) {
        for (Installed installed : all) {
            switch (installed) {
                case Installed.Ready one ->
                    LOG.info(
                            "Connector {} {} is ready{}",
                            one.id(),
                            one.version(),
                            one.notes().isEmpty() ? "" : ": " + one.notes());
                case Installed.Refused one -> LOG.warn("Refused {}: {} {}", one.path(), one.problem(), one.remedy());
            }
        }
    }

    private static void requireGoodConnectors(Configuration configuration, List<Installed> all) {
        List<Installed.Refused> refused = all.stream()
                .filter(Installed.Refused.class::isInstance)
                .map(Installed.Refused.class::cast)
                .toList();
        if (configuration.connectors().strict() && !refused.isEmpty()) {
            throw new IllegalStateException(
                    "%d connectors were refused, and connectors.strict is on. The first: %s: %s %s"
                            .formatted(
                                    refused.size(),
                                    refused.getFirst().path(),
                                    refused.getFirst().problem(),
                                    refused.getFirst().remedy()));
        }
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
