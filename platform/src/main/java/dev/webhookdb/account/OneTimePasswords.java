package dev.webhookdb.account;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Six digits that show whoever knows them to read an address's mail: for fifteen minutes, once, and not after five wrong guesses. A
 * newer one voids no older one, and a wrong guess spoils only those that were asked for from the same place: whoever asks for codes or
 * guesses at them in somebody else's name keeps nobody out. Thread-safe.
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
        /** There is nothing to guess: never asked for, expired, used, or guessed at too often. */
        OVER
    }

    /**
     * Returns a new one.
     *
     * @param source who asks for it
     */
    String issue(String email, String source) {
        String code = String.format(Locale.ROOT, "%06d", RANDOM.nextInt(1_000_000));
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        platform.run(session -> {
            // never waits for others that are at it too: rows of several would be locked in any order
            session.sql("""
                            delete from one_time_password where id in (
                              select id from one_time_password where expires_at < :old limit 100 for update skip locked)""").bind("old", clock.instant().minus(KEPT)).execute();
            session.sql("""
                            insert into one_time_password (email, salt, digest, expires_at, source)
                            values (:email, :salt, :digest, :expires, :source)""")
                    .bind("email", email)
                    .bind("salt", salt)
                    .bind("digest", Digests.sha256(salt, code))
                    .bind("expires", clock.instant().plus(LIFETIME))
                    .bind("source", source)
                    .execute();
        });
        return code;
    }

    /** Returns whether an address has one that was asked for from there, so that what is guessed from there can be counted with it. */
    boolean isOwn(String email, String source) {
        return platform.transaction(session -> session.sql("""
                        select exists (select from one_time_password
                          where email = :email and source = :source and ended_at is null and expires_at > :now) as own""")
                .bind("email", email)
                .bind("source", source)
                .bind("now", clock.instant())
                .one(row -> row.flag("own")));
    }

    /**
     * Judges a guess, and uses all passwords of the address up if it is right.
     *
     * @param source who guesses
     */
    Outcome guess(String email, String code, String source) {
        return platform.transaction(session -> {
            List<Issued> issued = session.sql("""
                            select id, salt, digest, failures, source from one_time_password
                            where email = :email and ended_at is null and expires_at > :now order by id for update""")
                    .bind("email", email)
                    .bind("now", clock.instant())
                    .list(Issued::read);
            if (issued.isEmpty()) {
                return Outcome.OVER;
            }
            // all of them are compared, so that it takes equally long whichever it is
            boolean right = issued.stream().filter(one -> one.is(code)).count() > 0;
            if (right) {
                end(session, issued);
                return Outcome.RIGHT;
            }
            List<Issued> own =
                    issued.stream().filter(one -> one.source().equals(source)).toList();
            fail(session, own);
            boolean over = !own.isEmpty() && own.stream().allMatch(one -> one.failures() + 1 >= MOST_FAILURES);
            return over && own.size() == issued.size() ? Outcome.OVER : Outcome.WRONG;
        });
    }

    private void end(Session session, List<Issued> issued) {
        session.sql("update one_time_password set ended_at = :now where id = any (:ids)")
                .bind("now", clock.instant())
                .bind("ids", ids(issued))
                .execute();
    }

    private void fail(Session session, List<Issued> issued) {
        session.sql("""
                        update one_time_password
                        set failures = failures + 1, ended_at = case when failures + 1 >= :most then :now end
                        where id = any (:ids)""")
                .bind("most", MOST_FAILURES)
                .bind("now", clock.instant())
                .bind("ids", ids(issued))
                .execute();
    }

    private static long[] ids(List<Issued> issued) {
        return issued.stream().mapToLong(Issued::id).toArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Issued(long id, byte[] salt, byte[] digest, int failures, String source) {
        static Issued read(Row row) {
            return new Issued(
                    row.number("id"),
                    row.bytes("salt"),
                    row.bytes("digest"),
                    row.integer("failures"),
                    row.text("source"));
        }

        boolean is(String code) {
            return MessageDigest.isEqual(digest, Digests.sha256(salt, code));
        }
    }
}
