package dev.webhookdb.account;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Expiry;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Writes down who changed what. Thread-safe. */
public final class Audit {
    private static final int PORTION = 1_000;

    private final Database platform;

    /** Keeps it in the platform's database. */
    public Audit(Database platform) {
        this.platform = platform;
    }

    /**
     * Begins to remove entries that are older than is kept, also those of organizations that are gone.
     *
     * @param retention how long entries are kept, more than zero
     */
    public static BackgroundTask expiring(Database platform, Duration retention, BackgroundTasks tasks) {
        return expiry(retention).start(platform, tasks);
    }

    static Expiry expiry(Duration retention) {
        return new Expiry("audit-retention", """
                        delete from audit where id = any (array(
                          select id from audit where at < now() - :retention * interval '1 millisecond'
                          order by at limit :most for update skip locked))""", PORTION, retention);
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

    /**
     * What was done.
     *
     * @param by who did it, as {@link Actor#name}
     */
    public record Entry(long id, Instant at, String by, String address, String action, String subject) {}

    /**
     * Returns what was done in an organization, newest first.
     *
     * @param before only entries with a smaller id
     */
    public List<Entry> newest(long organizationId, long before, int most) {
        return platform.transaction(session -> session.sql("""
                        select id, at, email, address, action, subject from audit
                        where organization_id = :organization and id < :before order by id desc limit :most""")
                .bind("organization", organizationId)
                .bind("before", before)
                .bind("most", most)
                .list(row -> new Entry(
                        row.number("id"),
                        row.instant("at"),
                        row.text("email"),
                        row.text("address"),
                        row.text("action"),
                        row.text("subject"))));
    }

    /**
     * Notes what was done, within its transaction.
     *
     * @param action a verb with its object, such as {@code delete integration}
     * @param subject to what; no secrets
     */
    public static void note(Session session, Actor actor, long organizationId, String action, String subject) {
        note(session, actor.name(), actor.address(), organizationId, action, subject);
    }

    /** Notes what a provider had done, within its transaction. */
    public static void noteProvider(
            Session session, String provider, long organizationId, String action, String subject) {
        note(session, provider(provider), "", organizationId, action, subject);
    }

    /**
     * Returns how a provider is called among those who do something.
     *
     * @param id the connector's
     */
    public static String provider(String id) {
        return "provider " + id;
    }

    private static void note(
            Session session, String name, String address, long organizationId, String action, String subject) {
        session.sql("""
                        insert into audit (organization_id, email, address, action, subject)
                        values (:organization, :email, :address, :action, :subject)""")
                .bind("organization", organizationId)
                .bind("email", name)
                .bind("address", address)
                .bind("action", action)
                .bind("subject", subject)
                .execute();
    }
}
