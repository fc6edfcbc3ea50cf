package dev.webhookdb.event;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Session;

/** What happens to accounts, written down in the transaction in which it happens. */
public final class AccountEvents {
    /** Under this name whoever makes events of it is woken. */
    public static final String CHANNEL = "account_event";

    private AccountEvents() {}

    /**
     * Notes that something happened.
     *
     * @param session the transaction in which it happens; what is not committed did not happen
     * @param type one of {@link AccountEventType}
     * @param data what is told of it; no secrets
     */
    public static void note(Session session, long organizationId, AccountEventType type, Json.Obj data) {
        session.sql("insert into account_event (organization_id, type, data) values (:organization, :type, :data)")
                .bind("organization", organizationId)
                .bind("type", type.text())
                .bind("data", JsonWriter.write(data))
                .execute();
        WakeUps.tell(session, CHANNEL);
    }
}
