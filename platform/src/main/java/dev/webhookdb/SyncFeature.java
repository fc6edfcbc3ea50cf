package dev.webhookdb;

import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.SyncRoutes;
import dev.webhookdb.sync.Syncs;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** Copies rows to HTTP endpoints and to other databases. */
final class SyncFeature implements Feature {
    private final IntegrationFeature integrations;
    private final Syncs syncs;

    /** Begins to copy. */
    SyncFeature(
            Ground ground,
            MessageFeature messages,
            IntegrationFeature integrations,
            NotificationFeature notifications) {
        this.integrations = integrations;
        this.syncs = ground.opened(Syncs.open(
                new Syncs.Ground(
                        ground.database(),
                        ground.databases(),
                        ground.destinations(),
                        ground.vault(),
                        integrations.tables(),
                        ground.outbound(),
                        notifications.notifications().signatures(),
                        messages.mailer(),
                        ground.budgets().pages(),
                        ground.tracing()),
                ground.wakeUps(),
                ground.tasks(),
                ground.metrics().syncs()));
    }

    Syncs syncs() {
        return syncs;
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(new SyncRoutes(members, integrations.integrations(), syncs));
    }
}
