package dev.webhookdb.account;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.Row;
import dev.webhookdb.database.Session;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Six digits that show whoever knows them to read an address's mail: for fifteen minutes, once, and not after five wrong guesses.
 * Thread-safe.
 */
final class OneTimePasswords {
    static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final int MOST_FAILURES = 5;
    private static final Duration KEPT = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database platform;
    private final Clock clock;

    OneTimePasswords(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /** What a guess led to. */
    enum Outcome {
        RIGHT,
        /** Wrong, and another guess is possible. */
        WRONG,
        /** There is nothing to guess: never asked for, expired, used, voided, or guessed at too often. */
        OVER
    }

    /** Returns a new one; those the address had before are void. */
    String issue(String email) {
        String code = String.format(Locale.ROOT, "%06d", RANDOM.nextInt(1_000_000));
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        platform.run(session -> {
            // two at a time would both void the same old one, and then both be valid
            session.sql("select pg_advisory_xact_lock(hashtextextended('one-time-password ' || :email, 0))")
                    .bind("email", email)
                    .list(row -> "");
            session.sql("update one_time_password set ended_at = :now where email = :email and ended_at is null")
                    .bind("now", clock.instant())
                    .bind("email", email)
                    .execute();
            // never waits for others that are at it too: rows of several would be locked in any order
            session.sql("""
                            delete from one_time_password where id in (
                              select id from one_time_password where expires_at < :old limit 100 for update skip locked)""").bind("old", clock.instant().minus(KEPT)).execute();
            session.sql("""
                            insert into one_time_password (email, salt, digest, expires_at)
                            values (:email, :salt, :digest, :expires)""")
                    .bind("email", email)
                    .bind("salt", salt)
                    .bind("digest", Digests.sha256(salt, code))
                    .bind("expires", clock.instant().plus(LIFETIME))
                    .execute();
        });
        return code;
    }

    /** Judges a guess, and uses the password up if it is right. */
    Outcome guess(String email, String code) {
        return platform.transaction(session -> {
            Optional<Issued> issued = session.sql("""
                            select id, salt, digest, failures from one_time_password
                            where email = :email and ended_at is null and expires_at > :now for update""")
                    .bind("email", email)
                    .bind("now", clock.instant())
                    .first(Issued::read);
            if (issued.isEmpty()) {
                return Outcome.OVER;
            }
            boolean right = MessageDigest.isEqual(
                    issued.get().digest(), Digests.sha256(issued.get().salt(), code));
            boolean last = issued.get().failures() + 1 >= MOST_FAILURES;
            note(session, issued.get().id(), right, right || last);
            return right ? Outcome.RIGHT : last ? Outcome.OVER : Outcome.WRONG;
        });
    }

    private void note(Session session, long id, boolean right, boolean over) {
        session.sql("""
                        update one_time_password
                        set failures = failures + case when :right then 0 else 1 end, ended_at = case when :over then :now end
                        where id = :id""")
                .bind("right", right)
                .bind("over", over)
                .bind("now", clock.instant())
                .bind("id", id)
                .execute();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Issued(long id, byte[] salt, byte[] digest, int failures) {
        static Issued read(Row row) {
            return new Issued(row.number("id"), row.bytes("salt"), row.bytes("digest"), row.integer("failures"));
        }
    }
}
