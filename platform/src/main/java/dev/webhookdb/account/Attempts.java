package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.database.Database;
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
     * Counts an attempt, in a transaction of its own: what is refused afterwards counts all the same.
     *
     * @throws AccountException if there were more than allowed
     */
    void count(String what, int most) {
        Instant now = clock.instant();
        Instant oldest = now.minus(WINDOW);
        int number = platform.transaction(session -> {
            // never waits for another host that is at it too: rows of several would be locked in any order
            session.sql("""
                            delete from attempt where what in (
                              select what from attempt where since <= :oldest limit 100 for update skip locked)""").bind("oldest", oldest).execute();
            return session.sql("""
                            insert into attempt as known (what, since, number) values (:what, :now, 1)
                            on conflict (what) do update set
                              since = case when known.since <= :oldest then excluded.since else known.since end,
                              number = case when known.since <= :oldest then 1 else known.number + 1 end
                            returning number""")
                    .bind("what", what)
                    .bind("now", now)
                    .bind("oldest", oldest)
                    .one(row -> row.integer("number"));
        });
        if (number > most) {
            throw new AccountException(
                    Kind.TOO_OFTEN,
                    "That was tried too often. Wait %d minutes, then log in again.".formatted(WINDOW.toMinutes()));
        }
    }
}
