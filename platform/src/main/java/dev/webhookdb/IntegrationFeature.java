package dev.webhookdb;

import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Organization;
import dev.webhookdb.api.Fixtures;
import dev.webhookdb.api.OperatorPlugins;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.ServiceRoutes;
import dev.webhookdb.api.SubscriptionRoutes;
import dev.webhookdb.drift.ApiVersions;
import dev.webhookdb.drift.NullColumns;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.KnownEndpoints;
import dev.webhookdb.integration.SecretRotation;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.ledger.ChangedRowCounts;
import dev.webhookdb.platform.Intents;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which resource of which connector fills which table with which settings, and the shape of the tables. */
final class IntegrationFeature implements Feature, Closing.Observer {
    private static final Logger LOG = LoggerFactory.getLogger(IntegrationFeature.class);

    private final Ground ground;
    private final AccountFeature accounts;
    private final Tables tables;
    private final Endpoints endpoints;
    private final Integrations integrations;
    private final Setup setup;
    private final ApiVersions versions;
    private final List<Consumer<List<Integration>>> listeners = new CopyOnWriteArrayList<>();

    /** Looks at what is written to tables from now on. */
    IntegrationFeature(Ground ground, AccountFeature accounts) {
        this.ground = ground;
        this.accounts = accounts;
        this.tables = new Tables(
                ground.databases()::open, ground.connectors(), ground.opened(new ColumnFiller(ground.tasks())));
        this.endpoints = new Endpoints(ground.database(), ground.platform().ingest(), ground.vault(), known(ground));
        tables.chosenBy(endpoints::find);
        this.integrations = new Integrations(ground.database(), ground.vault(), ground.connectors(), tables);
        integrations.whenChanged(endpoints::invalidate);
        ground.wakeUps().register(AccountEvents.CHANNEL, endpoints::invalidate);
        this.setup = new Setup(endpoints, ground.connectors());
        ground.opened(SecretRotation.forgetting(ground.database(), ground.tasks()));
        this.versions = ground.opened(ApiVersions.start(ground.database(), ground.connectors(), ground.tasks()));
        countWritten(ground);
        ground.connectors().onChange(all -> shapeTables());
        whenComplete(complete -> ground.later("shape-tables", () -> complete.forEach(tables::ready)));
        accounts.closing().observe(this);
    }

    private static Optional<KnownEndpoints> known(Ground ground) {
        return ground.configuration().ingest().journal()
                ? Optional.of(ground.opened(ground.early().known(ground.database(), ground.vault())))
                : Optional.empty();
    }

    private void countWritten(Ground ground) {
        ChangedRowCounts changed = ground.opened(ChangedRowCounts.start(ground.database(), ground.tasks()));
        NullColumns columns = ground.opened(
                NullColumns.start(ground.database(), ground.databases()::open, ground.connectors(), ground.tasks()));
        tables.whenWritten((integration, rows) -> {
            columns.written(integration, rows);
            changed.add(integration.id(), rows);
        });
    }

    Tables tables() {
        return tables;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Integrations integrations() {
        return integrations;
    }

    Setup setup() {
        return setup;
    }

    /** Notes which versions of their APIs providers speak. */
    ApiVersions versions() {
        return versions;
    }

    /** Has somebody given integrations that have all they need for webhooks, or for backfills, from now on. */
    void whenComplete(Consumer<List<Integration>> listener) {
        listeners.add(listener);
    }

    /** Tells that integrations have all they need for webhooks, or for backfills. */
    void complete(List<Integration> complete) {
        listeners.forEach(listener -> listener.accept(complete));
    }

    @Override
    public void closed(Organization organization) {
        endpoints.invalidate();
    }

    @Override
    public void reopened(Organization organization) {
        endpoints.invalidate();
        complete(integrations.of(organization.id()));
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(
                new ServiceRoutes(members, ground.connectors(), new Fixtures(ground.database())),
                new SubscriptionRoutes(members, integrations, accounts.organizations()),
                new OperatorPlugins(ground.operator(), ground.connectors(), ground.destinations()));
    }

    @Override
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return integrations.unfinished();
    }

    @Override
    public void ready() {
        shapeTables();
    }

    /** Tables of integrations that get no webhooks any more would otherwise never get a newer connector's columns, and hold an older one. */
    private void shapeTables() {
        ground.later("shape-tables", () -> integrations.all().forEach(this::shape));
    }

    private void shape(Integration integration) {
        try {
            tables.ready(integration);
        } catch (RuntimeException e) {
            LOG.warn("The table {} is not in shape yet: {}", integration.table(), e.getMessage());
        }
    }
}
