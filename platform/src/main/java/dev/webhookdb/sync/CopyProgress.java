package dev.webhookdb.sync;

import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How far the copy of a table is.
 *
 * @param acknowledged the number of the last change that is there
 * @param reload whether the copy is to be made anew
 * @param checkDue whether the rows there are to be counted
 * @param retry whether what was put aside is to be tried again
 * @param parked how many rows were put aside
 * @param failing whether the last attempt failed
 */
record CopyProgress(long acknowledged, Reload reload, boolean checkDue, boolean retry, int parked, boolean failing) {

    /** What becomes of a copy that is not what it should be. */
    enum Reload {
        NO,
        /** A new one is to be made, as soon as the source is ready. */
        WANTED,
        /** A new one is being made, under another name. */
        LOADING
    }

    /** A row that was put aside. */
    record Parked(String key, long change, String reason) {}

    /** Reads one target's, of which the transaction knows that it is there. */
    static CopyProgress read(Session session, long target) {
        return session.sql("""
                        select acknowledged_change, reload, check_wanted, failures > 0 as failing,
                          check_wanted or checked_at is null or checked_at < clock_timestamp() - interval '1 hour' as check_due,
                          (select count(*) from sync_parked where sync_parked.target_id = sync_progress.target_id)::integer as parked
                        from sync_progress where target_id = :id""")
                .bind("id", target)
                .one(row -> new CopyProgress(
                        row.number("acknowledged_change"),
                        Reload.valueOf(row.text("reload").toUpperCase(Locale.ROOT)),
                        row.flag("check_due"),
                        row.flag("check_wanted"),
                        row.integer("parked"),
                        row.flag("failing")));
    }

    /** Notes how far the copy is, with one more batch. */
    static void reached(Session session, long target, long position) {
        session.sql(
                        "update sync_progress set acknowledged_change = :position, sequence = sequence + 1 where target_id = :id")
                .bind("position", position)
                .bind("id", target)
                .execute();
    }

    /** Notes one more batch of a copy that is being made anew. */
    static void loaded(Session session, long target) {
        session.sql("update sync_progress set sequence = sequence + 1 where target_id = :id")
                .bind("id", target)
                .execute();
    }

    /** Notes that rows were counted, and what was put aside was tried again. */
    static void checked(Session session, long target) {
        session.sql(
                        "update sync_progress set checked_at = clock_timestamp(), check_wanted = false where target_id = :id")
                .bind("id", target)
                .execute();
    }

    /** Wants a copy made anew. */
    static void wantReload(Session session, long target) {
        reload(session, target, Reload.WANTED);
    }

    /** Notes what becomes of a copy. Nothing is aside while none of the new one was written. */
    static void reload(Session session, long target, Reload reload) {
        session.sql("update sync_progress set reload = :reload where target_id = :id")
                .bind("reload", reload.name().toLowerCase(Locale.ROOT))
                .bind("id", target)
                .execute();
        if (reload == Reload.LOADING) {
            session.sql("delete from sync_parked where target_id = :id")
                    .bind("id", target)
                    .execute();
        }
    }

    /** Notes that the copy is another table, which is empty, or is to be made anew. */
    static void restart(Session session, long target, boolean reload) {
        session.sql("update sync_progress set acknowledged_change = 0, checked_at = null where target_id = :id")
                .bind("id", target)
                .execute();
        session.sql("delete from sync_parked where target_id = :id")
                .bind("id", target)
                .execute();
        reload(session, target, reload ? Reload.WANTED : Reload.NO);
    }

    /** Puts rows aside. */
    static void park(Session session, long target, Collection<Parked> rows) {
        rows.forEach(row -> session.sql("""
                        insert into sync_parked (target_id, key, change, reason) values (:id, :key, :change, :reason)
                        on conflict (target_id, key) do update set change = excluded.change, reason = excluded.reason, parked_at = now()""")
                .bind("id", target)
                .bind("key", row.key())
                .bind("change", row.change())
                .bind("reason", Texts.storable(row.reason()))
                .execute());
    }

    /** Forgets rows that were put aside, and were written now. */
    static void unpark(Session session, long target, Collection<String> keys) {
        session.sql("delete from sync_parked where target_id = :id and key = any (:keys)")
                .bind("id", target)
                .bind("keys", keys.toArray(String[]::new))
                .execute();
    }

    /** Returns the keys of rows that were put aside, the oldest first. */
    static List<String> parked(Session session, long target, int most) {
        return session.sql("select key from sync_parked where target_id = :id order by parked_at, key limit :most")
                .bind("id", target)
                .bind("most", most)
                .list(row -> row.text("key"));
    }
}
