package dev.webhookdb.drift;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.Session;
import java.util.Collection;

/** What is written down about an integration, to be told once. Stateless. */
public final class Findings {
    private Findings() {}

    /** Notes that columns are known to be NULL at a version. */
    static void version(Session session, Integration integration, String version, String reason) {
        note(session, integration, "version", version, reason);
    }

    /** Notes that a column has no values any more. */
    static void column(Session session, Integration integration, String column, String reason) {
        note(session, integration, "column", column, reason);
    }

    /**
     * Notes that somebody wants to know what is kept of him.
     *
     * @param request the provider's id of that
     * @return whether it was not noted before
     */
    public static boolean dataRequest(Session session, Integration integration, String request, String reason) {
        return note(session, integration, "data_request", request, reason);
    }

    /**
     * Notes that a provider wants an account forgotten that no integration is set up for.
     *
     * @return whether it was not noted before
     */
    public static boolean unknownAccount(Session session, Integration integration, String account, String reason) {
        return note(session, integration, "account", account, reason);
    }

    /** Forgets columns that have values again, so that they are told of when they have none the next time. */
    static void forget(Session session, Integration integration, Collection<String> columns) {
        session.sql("""
                        delete from finding
                        where integration_id = :integration and cause = 'column' and subject = any (:columns)""")
                .bind("integration", integration.id())
                .bind("columns", columns.toArray(String[]::new))
                .execute();
    }

    /** Nothing is noted twice, nor of an integration that was deleted meanwhile. */
    private static boolean note(Session session, Integration integration, String cause, String subject, String reason) {
        return session.sql("""
                        insert into finding (integration_id, cause, subject, reason)
                        select id, :cause, :subject, :reason from integration where id = :integration
                        on conflict do nothing""")
                        .bind("integration", integration.id())
                        .bind("cause", cause)
                        .bind("subject", subject)
                        .bind("reason", reason)
                        .execute()
                > 0;
    }
}
