package dev.webhookdb.sync;

import dev.webhookdb.sql.Session;

/** Pages that were made of rows of which one is erased since. */
public final class ErasedPages {
    private ErasedPages() {}

    /**
     * Drops the pages of an integration that wait to be sent and hold a text; they are made anew, of the rows as they are.
     *
     * @return whether there is none left: not while one is on its way
     */
    public static boolean drop(Session session, long integrationId, String key) {
        session.sql("""
                        update sync_progress set page_id = null, page_body = null, page_rows = null, page_place = null, page_time = null,
                          page_key = null, page_ends = null
                        where %s and sent_at is null""".formatted(HOLDING))
                .bind("integration", integrationId)
                .bind("key", key)
                .execute();
        return session.sql("select not exists (select from sync_progress where %s) as none".formatted(HOLDING))
                .bind("integration", integrationId)
                .bind("key", key)
                .one(row -> row.flag("none"));
    }

    /** The same for all pages of an integration. */
    public static boolean drop(Session session, long integrationId) {
        return drop(session, integrationId, "");
    }

    /** Keys that JSON may write in another way are not looked for: any page may hold them. */
    private static final String HOLDING = """
            target_id in (select id from sync_target where integration_id = :integration) and page_body is not null
              and (:key !~ '^[A-Za-z0-9_.-]+$' or position(convert_to(:key, 'UTF8') in page_body) > 0)""";
}
