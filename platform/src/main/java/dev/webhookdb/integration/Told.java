package dev.webhookdb.integration;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.sql.Session;

/** What organizations are told of their integrations, in the transaction in which it happens. */
final class Told {
    private Told() {}

    static void integration(Session session, AccountEventType type, Integration integration) {
        AccountEvents.note(
                session,
                integration.organizationId(),
                type,
                AccountEvents.fields(
                        "id",
                        integration.opaqueId(),
                        "service_name",
                        integration.service(),
                        "table_name",
                        integration.table()));
    }
}
