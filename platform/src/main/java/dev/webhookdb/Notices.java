package dev.webhookdb;

import dev.webhookdb.account.Audit;
import dev.webhookdb.api.EventRoutes;
import dev.webhookdb.api.MemberRoutes;
import dev.webhookdb.api.NotificationDeliveryRoutes;
import dev.webhookdb.api.NotificationRoutes;
import dev.webhookdb.api.WebhookApiRoutes;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.EventTypes;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscriptions;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * The part of a host that tells programs what happened.
 *
 * @param signingKey returns the public key of the installation's signatures
 */
record Notices(
        Subscriptions subscriptions, Outbox outbox, EventTypes types, Events events, Supplier<String> signingKey) {
    HttpService services(MemberRoutes members, Integrations integrations, Audit audit) {
        Clock clock = Clock.systemUTC();
        return rules -> rules.register(
                new NotificationRoutes(members, integrations, subscriptions, outbox),
                new NotificationDeliveryRoutes(members, subscriptions, outbox, audit, clock),
                new WebhookApiRoutes(members, integrations, subscriptions, outbox, audit, clock),
                new EventRoutes(members, types, events, signingKey));
    }
}
