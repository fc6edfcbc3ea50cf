package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Limits how often something is tried, for all hosts together. Windows are fixed: at worst twice the limit fits into one length of a
 * window. Thread-safe.
 */
final class Attempts {
    static final Duration WINDOW = Duration.ofMinutes(15);

    private final Database platform;
    private final Clock clock;

    Attempts(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /**
     * Counts an attempt within {@link #WINDOW}, in a transaction of its own: what is refused afterwards counts all the same.
     *
     * @throws AccountException if there were more than allowed
     */
    void count(String what, int most) {
        count(what, most, WINDOW);
    }

    /** The same within a window of another length. */
    void count(String what, int most, Duration window) {
        if (!permits(what, most, window)) {
            throw new AccountException(
                    Kind.TOO_OFTEN, "That was tried too often. Wait %s, then try again.".formatted(text(window)));
        }
    }

    /** Counts an attempt, and returns whether it is one of those that are allowed. */
    boolean permits(String what, int most, Duration window) {
        Instant now = clock.instant();
        return platform.transaction(session -> {
                    // never waits for another host that is at it too: rows of several would be locked in any order
                    session.sql("""
                            delete from attempt where what in (
                              select what from attempt where until <= :now limit 100 for update skip locked)""").bind("now", now).execute();
                    return session.sql("""
                            insert into attempt as known (what, since, until, number) values (:what, :now, :until, 1)
                            on conflict (what) do update set
                              since = case when known.until <= :now then excluded.since else known.since end,
                              until = case when known.until <= :now then excluded.until else known.until end,
                              number = case when known.until <= :now then 1 else known.number + 1 end
                            returning number""")
                            .bind("what", what)
                            .bind("now", now)
                            .bind("until", now.plus(window))
                            .one(row -> row.integer("number"));
                })
                <= most;
    }

    private static String text(Duration window) {
        return window.toHours() > 0
                ? "%d hours".formatted(window.toHours())
                : "%d minutes".formatted(window.toMinutes());
    }
}
