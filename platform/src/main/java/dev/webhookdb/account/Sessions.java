package dev.webhookdb.account;

import dev.webhookdb.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who is logged in. Of a token only its SHA-256 is kept. Thread-safe. */
public final class Sessions {
    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final Duration SHORT_LIFETIME = Duration.ofHours(2);
    private static final String PREFIX = "whdb_s_";

    private final Database platform;
    private final Clock clock;

    /** Keeps sessions in the platform's database. */
    public Sessions(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /** Begins a session and returns its token, which is told this once. */
    String begin(Customer customer, String address, boolean brief) {
        String token = RandomToken.withPrefix(PREFIX);
        Instant now = clock.instant();
        platform.run(session -> {
            session.sql("delete from session where expires_at < :now")
                    .bind("now", now)
                    .execute();
            session.sql("""
                            insert into session (customer_id, digest, address, expires_at)
                            values (:customer, :digest, :address, :expires)""")
                    .bind("customer", customer.id())
                    .bind("digest", RandomToken.digest(token))
                    .bind("address", address)
                    .bind("expires", now.plus(brief ? SHORT_LIFETIME : LIFETIME))
                    .execute();
        });
        return token;
    }

    /** Returns whom a token stands for, unless it is unknown, expired or revoked. */
    public Optional<Customer> customer(String token) {
        return platform.transaction(session -> session.sql("""
                        select customer.id, customer.email, customer.name from session
                        join customer on customer.id = session.customer_id
                        where session.digest = :digest and session.expires_at > :now""")
                .bind("digest", RandomToken.digest(token))
                .bind("now", clock.instant())
                .first(Accounts::read));
    }

    /** Returns where somebody is logged in from. */
    List<String> addresses(String email) {
        return platform.transaction(session -> session.sql("""
                        select distinct session.address from session
                        join customer on customer.id = session.customer_id
                        where customer.email = :email and session.expires_at > :now limit 1000""")
                .bind("email", email)
                .bind("now", clock.instant())
                .list(row -> row.text("address")));
    }

    /** Revokes a token; one that is unknown changes nothing. */
    public void end(String token) {
        platform.run(session -> session.sql("delete from session where digest = :digest")
                .bind("digest", RandomToken.digest(token))
                .execute());
    }

    /** Revokes all tokens of whom a token stands for. */
    public void endAll(String token) {
        platform.run(session -> session.sql(
                        "delete from session where customer_id = (select customer_id from session where digest = :digest)")
                .bind("digest", RandomToken.digest(token))
                .execute());
    }
}
