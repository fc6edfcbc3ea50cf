package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.Notifications;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;

/** What people and programs do with notifications: by the command line, by the webhooks API, and by asking for events. Thread-safe. */
public final class NotifyRoutes implements HttpService {
    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final Notifications notifications;
    private final Audit audit;

    /** Opens all doors to notifications. */
    public NotifyRoutes(
            RequestAuthorizer members, Integrations integrations, Notifications notifications, Audit audit) {
        this.members = members;
        this.integrations = integrations;
        this.notifications = notifications;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        Clock clock = Clock.systemUTC();
        rules.register(
                new NotificationRoutes(members, integrations, notifications.subscriptions(), notifications.outbox()),
                new NotificationDeliveryRoutes(
                        members, notifications.subscriptions(), notifications.outbox(), audit, clock),
                new WebhookApiRoutes(
                        members, integrations, notifications.subscriptions(), notifications.outbox(), audit, clock),
                new EventRoutes(members, notifications.types(), notifications.events(), notifications::signingKey));
    }
}
