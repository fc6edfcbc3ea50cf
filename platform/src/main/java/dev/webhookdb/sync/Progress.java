package dev.webhookdb.sync;

import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a target is.
 *
 * @param acknowledged the number of the change up to which all is acknowledged
 * @param window what is being sent; empty if nothing is
 * @param listed whether the window has more rows than a page, so that they are listed
 * @param place the last row of the window that is acknowledged
 * @param sequence of the newest page
 * @param page that was made and is not acknowledged
 * @param onItsWay for how long a receiver that got the page may still be at it; zero if nobody waits for an answer
 */
record Progress(
        long acknowledged,
        Optional<Window> window,
        boolean listed,
        Place place,
        long sequence,
        Optional<Page> page,
        Duration onItsWay) {

    /**
     * Changes with a greater number than {@code after}, up to {@code until}.
     *
     * @param at when it was found how far the table is
     * @param replay whether its rows may have been sent before, by a platform's database of which this one is an earlier copy
     */
    record Window(long after, long until, Instant at, boolean replay) {}

    /**
     * A row of a window.
     *
     * @param number in the list
     * @param time what it is sorted by first, as text
     * @param key empty for the place before the first row
     */
    record Place(long number, Optional<String> time, Optional<String> key) {
        static final Place BEGINNING = new Place(0, Optional.empty(), Optional.empty());
    }

    /**
     * Rows as they are sent.
     *
     * @param id {@code pag_...}
     * @param end its last row
     * @param ends whether the window is through with it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    record Page(String id, byte[] body, int rows, Place end, boolean ends) {}

    /** Returns the same with nothing of a window sent yet. */
    Progress begun(Window another) {
        return new Progress(
                acknowledged, Optional.of(another), false, Place.BEGINNING, sequence, Optional.empty(), Duration.ZERO);
    }

    /** Returns the same for a window that has more rows than a page. */
    Progress withList() {
        return new Progress(acknowledged, window, true, place, sequence, page, onItsWay);
    }

    /** Returns the same with a page to send next. */
    Progress made(Page next) {
        return new Progress(acknowledged, window, listed, place, sequence + 1, Optional.of(next), Duration.ZERO);
    }

    /** Returns the same once the page is acknowledged. */
    Progress sent() {
        Page done = page.orElseThrow();
        return done.ends()
                ? through()
                : new Progress(acknowledged, window, listed, done.end(), sequence, Optional.empty(), Duration.ZERO);
    }

    /** Returns the same once nothing of the window is left. */
    Progress through() {
        return new Progress(
                window.orElseThrow().until(),
                Optional.empty(),
                false,
                Place.BEGINNING,
                sequence,
                Optional.empty(),
                Duration.ZERO);
    }

    /** Reads one target's, of which the transaction knows that it is there. */
    static Progress read(Session session, long target) {
        return session.sql("""
                        select progress.*,
                          (extract(epoch from sent_at + timeout_seconds * interval '1 second' - clock_timestamp()) * 1000)::bigint as left
                        from sync_progress as progress join sync_target on id = target_id where target_id = :id""").bind("id", target).one(Progress::read);
    }

    private static Progress read(Row row) {
        long acknowledged = row.number("acknowledged_change");
        return new Progress(
                acknowledged,
                row.optionalNumber("window_until")
                        .map(until ->
                                new Window(acknowledged, until, row.instant("window_at"), row.flag("window_replay"))),
                row.flag("listed"),
                new Place(row.number("place"), row.optionalText("place_time"), row.optionalText("place_key")),
                row.number("sequence"),
                row.optionalText("page_id")
                        .map(id -> new Page(
                                id,
                                row.bytes("page_body"),
                                row.integer("page_rows"),
                                new Place(
                                        row.number("page_place"),
                                        row.optionalText("page_time"),
                                        row.optionalText("page_key")),
                                row.flag("page_ends"))),
                Duration.ofMillis(Math.max(0, row.optionalNumber("left").orElse(0L))));
    }

    /**
     * Writes it down.
     *
     * @param sending whether its page is sent right after the commit
     */
    void write(Session session, long target, boolean sending) {
        session.sql("""
                        update sync_progress set
                          acknowledged_change = :acknowledged, window_until = :until, window_at = :at, window_replay = :replay, listed = :listed,
                          place = :place, place_time = :time, place_key = :key, sequence = :sequence,
                          page_body = case when :page::text is not distinct from page_id then page_body else :body::bytea end,
                          page_id = :page, page_rows = :rows, page_place = :end, page_time = :end_time, page_key = :end_key, page_ends = :ends::boolean,
                          sent_at = case when :sending then clock_timestamp() end
                        where target_id = :id""")
                .bind("acknowledged", acknowledged)
                .bind("until", window.map(Window::until).orElse(null))
                .bind("at", window.map(Window::at).orElse(null))
                .bind("replay", window.filter(Window::replay).isPresent())
                .bind("listed", listed)
                .bind("place", place.number())
                .bind("time", place.time().orElse(null))
                .bind("key", place.key().orElse(null))
                .bind("sequence", sequence)
                .bind("page", page.map(Page::id).orElse(null))
                .bind("body", page.map(Page::body).orElse(null))
                .bind("rows", page.map(one -> (long) one.rows()).orElse(null))
                .bind("end", page.map(one -> one.end().number()).orElse(null))
                .bind("end_time", page.flatMap(one -> one.end().time()).orElse(null))
                .bind("end_key", page.flatMap(one -> one.end().key()).orElse(null))
                .bind("ends", page.map(one -> String.valueOf(one.ends())).orElse(null))
                .bind("sending", sending)
                .bind("id", target)
                .execute();
    }

    /** Notes whether the page that was made is sent right after the commit. */
    static void sending(Session session, long target, boolean sending) {
        session.sql(
                        "update sync_progress set sent_at = case when :sending then clock_timestamp() end where target_id = :id")
                .bind("sending", sending)
                .bind("id", target)
                .execute();
    }

    /** Wants what is there counted, and what was put aside tried again, when the target is looked at next. */
    static void wantCheck(Session session, long target) {
        session.sql("update sync_progress set check_wanted = true where target_id = :id")
                .bind("id", target)
                .execute();
    }

    /** Notes that the table was found as far as it was sent already. */
    static void upToDate(Session session, long target, Instant at) {
        session.sql("update sync_progress set synced_at = :at where target_id = :id")
                .bind("at", at)
                .bind("id", target)
                .execute();
    }
}
