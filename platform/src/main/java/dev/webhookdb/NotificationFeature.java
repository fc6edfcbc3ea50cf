package dev.webhookdb;

import dev.webhookdb.api.NotifyRoutes;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.notify.Notifications;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** Tells endpoints what happens. */
final class NotificationFeature implements Feature {
    private final Ground ground;
    private final IntegrationFeature integrations;
    private final Notifications notifications;

    /** Begins to tell. */
    NotificationFeature(Ground ground, MessageFeature messages, IntegrationFeature integrations) {
        this.ground = ground;
        this.integrations = integrations;
        this.notifications = ground.opened(Notifications.open(
                new Notifications.Ground(
                        ground.database(),
                        ground.databases(),
                        ground.vault(),
                        ground.connectors(),
                        integrations.integrations(),
                        integrations.tables(),
                        ground.outbound(),
                        messages.mailer(),
                        ground.publicUrl(),
                        ground.configuration().notifications().disableAfter(),
                        ground.tracing()),
                ground.wakeUps(),
                ground.tasks(),
                Notifications.Measured.by(ground.metrics())));
    }

    Notifications notifications() {
        return notifications;
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(new NotifyRoutes(members, integrations.integrations(), notifications, ground.audit()));
    }
}
