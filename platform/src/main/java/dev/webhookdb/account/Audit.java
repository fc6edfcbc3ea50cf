package dev.webhookdb.account;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.Session;

/** Writes down who changed what. Thread-safe. */
public final class Audit {
    private final Database platform;

    /** Keeps it in the platform's database. */
    public Audit(Database platform) {
        this.platform = platform;
    }

    /**
     * Notes what was done.
     *
     * @param action a verb with its object, such as {@code delete integration}
     * @param subject to what; no secrets
     */
    public void note(Actor actor, long organizationId, String action, String subject) {
        platform.run(session -> note(session, actor, organizationId, action, subject));
    }

    /** The same within the transaction of what was done. */
    static void note(Session session, Actor actor, long organizationId, String action, String subject) {
        session.sql("""
                        insert into audit (organization_id, email, address, action, subject)
                        values (:organization, :email, :address, :action, :subject)""")
                .bind("organization", organizationId)
                .bind("email", actor.name())
                .bind("address", actor.address())
                .bind("action", action)
                .bind("subject", subject)
                .execute();
    }
}
