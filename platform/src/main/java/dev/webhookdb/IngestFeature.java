package dev.webhookdb;

import dev.webhookdb.api.ErasureRoutes;
import dev.webhookdb.api.Masking;
import dev.webhookdb.api.OperatorWebhooks;
import dev.webhookdb.api.PushRoutes;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.WebhookRoutes;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.apply.Pushes;
import dev.webhookdb.apply.QueueGauge;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Reverification;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.backfill.ProviderClient;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.erase.Erasure;
import dev.webhookdb.ingest.JournaledLog;
import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.ingest.RequestLog;
import dev.webhookdb.ingest.WebhookLog;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.sql.Database;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes webhooks, and what is pushed, and makes rows of them. */
final class IngestFeature implements Feature {
    /** What is left of the time to stop when the applier's share is used up. */
    private static final Duration RESERVE = Duration.ofSeconds(8);

    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Ground ground;
    private final AccountFeature accounts;
    private final IntegrationFeature integrations;
    private final Erasure erasure;
    private final WebhookLog log;
    private final Optional<JournaledLog> journaled;
    private final Verification verification;
    private final Webhooks webhooks;
    private final Reverification reverification;
    private final Replays replays;

    /** Begins to store what is in the queue. */
    IngestFeature(Ground ground, AccountFeature accounts, IntegrationFeature integrations, ProviderClient providers) {
        Database database = ground.database();
        this.ground = ground;
        this.accounts = accounts;
        this.integrations = integrations;
        this.erasure = new Erasure(
                database,
                integrations.integrations(),
                integrations.tables(),
                ground.connectors(),
                integrations.setup(),
                Clock.systemUTC(),
                ground.patience().erasures());
        IngestLoad load = new IngestLoad();
        Applier applier = applier(providers, load);
        this.log = ground.opened(new WebhookLog(
                ground.platform().ingest(),
                (id, endpoint, request) -> applier.offer(id, endpoint.id(), request),
                Applier.VISIBILITY,
                load,
                ground.tasks(),
                ground.metrics().ingest()));
        this.journaled = journaled();
        ground.opened(Auditor.start(database, ground.metrics().audit(), ground.tasks()));
        if (ground.configuration().metrics().enabled()) {
            ground.opened(QueueGauge.start(database, ground.metrics().queue(), ground.tasks()));
        }
        this.verification = new Verification(ground.connectors());
        this.webhooks = new Webhooks(database, ground.publicUrl());
        this.reverification = new Reverification(database, integrations.endpoints(), verification, ground.publicUrl());
        this.replays = new Replays(webhooks, reverification);
        ground.connectors().onChange(all -> verifyRejected());
        integrations.whenComplete(complete -> verifyRejected());
    }

    private Applier applier(ProviderClient providers, IngestLoad load) {
        Applier applier = new Applier(
                ground.database(),
                integrations.endpoints(),
                ground.databases()::open,
                integrations.tables(),
                ground.connectors(),
                new ProvidersFetcher(providers),
                erasure,
                ground.patience().webhooks(),
                Clock.systemUTC(),
                ground.publicUrl(),
                ground.budgets(),
                ground.wakeUps(),
                ground.tasks(),
                load,
                ground.metrics(),
                ground.tracing());
        Duration whole = ground.configuration().shutdownTimeout().minus(RESERVE);
        Duration share = whole.compareTo(LEAST) < 0 ? LEAST : whole;
        AutoCloseable inTime = () -> applier.close(share);
        ground.opened(inTime);
        applier.start();
        return applier;
    }

    private Optional<JournaledLog> journaled() {
        if (!ground.configuration().ingest().journal()) {
            return Optional.empty();
        }
        JournaledLog journal = ground.opened(ground.early().journal(ground.database()));
        journal.connect(
                log,
                ground.database(),
                days -> ground.partitions().require(days, "webhook_segment", "webhook_outcome"));
        return Optional.of(journal);
    }

    /** What is known of webhooks that came. */
    Webhooks webhooks() {
        return webhooks;
    }

    /** Returns whether PostgreSQL has no room for webhooks. */
    boolean isDiskFull() {
        return log.isDiskFull();
    }

    /** Returns whether webhooks are taken without PostgreSQL at present. */
    boolean isJournaling() {
        return journaled.filter(JournaledLog::isTaking).isPresent();
    }

    /** Takes webhooks. */
    Receiver receiver() {
        Configuration.Ingest ingest = ground.configuration().ingest();
        return new Receiver(
                integrations.endpoints()::find,
                verification,
                journaled.<RequestLog>map(together -> together).orElse(log),
                ground.budgets().received(),
                Clock.systemUTC(),
                ground.publicUrl(),
                ingest.maxBody(),
                ingest.rejectedPerHour(),
                integrations.versions()::noticed,
                ground.metrics().ingest(),
                ground.tracing());
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(
                new WebhookRoutes(
                        members,
                        integrations.integrations(),
                        webhooks,
                        replays,
                        new Masking(integrations.endpoints(), ground.connectors()),
                        ground.audit(),
                        Clock.systemUTC()),
                new ErasureRoutes(members, integrations.integrations(), erasure, ground.audit()),
                new PushRoutes(
                        new ApiKeys(ground.database(), ground.vault()),
                        new Pushes(integrations.tables(), ground.connectors(), Clock.systemUTC())),
                new OperatorWebhooks(ground.operator(), accounts.organizations(), webhooks, replays, ground.audit()));
    }

    @Override
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return erasure.unfinished();
    }

    @Override
    public void ready() {
        verifyRejected();
    }

    private void verifyRejected() {
        ground.later("verify-rejected", reverification::verifyDue);
    }
}
