package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs people in, and signs them up on the way. Thread-safe.
 *
 * <p>The answers, the limits and what is stored are the same for addresses with an account and without, until somebody has shown to
 * read the address's mail.
 */
public final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
    private static final int MOST_CODES_PER_SOURCE = 100;
    private static final int MOST_CODES_TO_ONE_PER_SOURCE = 10;
    private static final int MOST_CODES_FROM_STRANGERS = 20;
    private static final int MOST_GUESSES_PER_SOURCE = 200;
    private static final int MOST_GUESSES_AT_OTHERS_CODES = 5;
    private static final int MOST_GUESSES_OF_STRANGERS = 100;
    private static final int MOST_SIGN_UPS_PER_SOURCE = 100;
    private static final Duration DAY = Duration.ofDays(1);
    private static final int LONGEST_EMAIL = 254;

    /** Not what RFC 5322 allows, but what is used; nothing in it can break a line, a header or a log. */
    private static final Pattern EMAIL = Pattern.compile("[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\\.[a-z0-9-]+)+");

    private final Database platform;
    private final OneTimePasswords passwords;
    private final Attempts attempts;
    private final Sessions sessions;
    private final Memberships memberships;
    private final SignUp signUp;
    private final PasswordSender sender;

    /** Brings a one-time password to its owner. */
    @FunctionalInterface
    public interface PasswordSender {
        /** Sends it. */
        void send(String email, String code);
    }

    /** What a guess led to. */
    public sealed interface Login {
        /** The code was right: the token stands for the customer from now on. */
        record Done(Customer customer, String token) implements Login {
            @Override
            public String toString() {
                return "Done[%s]".formatted(customer.email());
            }
        }

        /** It was wrong; another may be right. */
        record Wrong() implements Login {}

        /** No code of this address is valid any more. */
        record Over() implements Login {}
    }

    /** Keeps accounts in the platform's database. */
    public Accounts(
            Database platform,
            Clock clock,
            Sessions sessions,
            Memberships memberships,
            SignUp signUp,
            PasswordSender sender) {
        this.platform = platform;
        this.passwords = new OneTimePasswords(platform, clock);
        this.attempts = new Attempts(platform, clock);
        this.sessions = sessions;
        this.memberships = memberships;
        this.signUp = signUp;
        this.sender = sender;
    }

    /**
     * Returns an address in the form it is kept in.
     *
     * @throws AccountException if it is none
     */
    public static String email(String text) {
        String email = text.strip().toLowerCase(Locale.ROOT);
        if (email.length() > LONGEST_EMAIL || !EMAIL.matcher(email).matches()) {
            throw new AccountException(Kind.INVALID, "This is not an e-mail address. Write it like name@example.com.");
        }
        return email;
    }

    /**
     * Sends a one-time password, if the address has an account or may get one.
     *
     * <p>Limits count who asks, and those who never logged in as the address together: whoever did can always ask, and the passwords
     * that were sent before stay valid.
     *
     * @param address the network address of who asks
     * @throws AccountException if it is no address, or too many were sent
     */
    public void request(String email, String address) {
        String owner = email(email);
        String source = Source.of(address);
        attempts.count("codes for " + source, MOST_CODES_PER_SOURCE);
        attempts.count("codes to %s for %s".formatted(owner, source), MOST_CODES_TO_ONE_PER_SOURCE);
        if (!isKnown(owner, source)
                && !attempts.permits("codes to " + owner, MOST_CODES_FROM_STRANGERS, Attempts.WINDOW)) {
            throw new AccountException(
                    Kind.TOO_OFTEN,
                    "Many codes were sent to this address. Use one of them: each is valid for %d minutes. Or wait as long."
                            .formatted(OneTimePasswords.LIFETIME.toMinutes()));
        }
        boolean welcome = signUp.permits(owner) || platform.transaction(session -> known(session, owner));
        String code = passwords.issue(owner, source);
        if (welcome) {
            sender.send(owner, code);
        } else {
            LOG.info("{} has no account and may not sign up: see accounts.sign-up", owner);
        }
    }

    /**
     * Logs in with a one-time password; the first time, that makes an account with an organization of its own.
     *
     * @param brief whether the session is to end after two hours
     * @throws AccountException if it is no address, or too many guesses were made
     */
    public Login login(String email, String code, String address, boolean brief) {
        String owner = email(email);
        String source = Source.of(address);
        attempts.count("guesses for " + source, MOST_GUESSES_PER_SOURCE);
        if (!mayGuess(owner, source)) {
            return new Login.Over();
        }
        return switch (passwords.guess(owner, code, source)) {
            case WRONG -> new Login.Wrong();
            case OVER -> new Login.Over();
            case RIGHT -> {
                Customer customer = customer(owner, source);
                memberships.requireAny(new Actor.Person(customer, address));
                yield new Login.Done(customer, sessions.begin(customer, address, brief));
            }
        };
    }

    /** Guesses at a code that somebody else asked for are few: they are counted for who makes them, and for all strangers together. */
    private boolean mayGuess(String email, String source) {
        if (passwords.isOwn(email, source)) {
            return true;
        }
        String others = "guesses at %s for %s".formatted(email, source);
        return attempts.permits(others, MOST_GUESSES_AT_OTHERS_CODES, Attempts.WINDOW)
                && (isKnown(email, source) || attempts.permits("guesses at " + email, MOST_GUESSES_OF_STRANGERS, DAY));
    }

    /** Whether somebody who logged in as the address did so from there, and still is. */
    private boolean isKnown(String email, String source) {
        return sessions.addresses(email).stream().map(Source::of).anyMatch(source::equals);
    }

    private Customer customer(String email, String source) {
        Optional<Customer> known = platform.transaction(session -> find(session, email));
        if (known.isPresent()) {
            return known.get();
        }
        attempts.count("sign-ups for " + source, MOST_SIGN_UPS_PER_SOURCE, DAY);
        return platform.transaction(session -> customer(session, email));
    }

    /**
     * Lets somebody in whatever the sign-up policy says: makes an account if there is none, and returns a one-time password. For whoever
     * operates the installation.
     *
     * @throws AccountException if it is no address
     */
    public String letIn(String email) {
        String owner = email(email);
        platform.run(session -> customer(session, owner));
        return passwords.issue(owner, "operator");
    }

    static Customer read(Row row) {
        return new Customer(row.number("id"), row.text("email"), row.text("name"));
    }

    static Optional<Customer> find(Session session, String email) {
        return session.sql("select id, email, name from customer where email = :email")
                .bind("email", email)
                .first(Accounts::read);
    }

    private static boolean known(Session session, String email) {
        return session.sql("""
                        select exists (select from customer where email = :email)
                          or exists (select from invitation where email = :email) as known""").bind("email", email).one(row -> row.flag("known"));
    }

    /** Finds somebody by an address, or makes an account for it. */
    static Customer customer(Session session, String email) {
        session.sql("insert into customer (email) values (:email) on conflict (email) do nothing")
                .bind("email", email)
                .execute();
        return find(session, email).orElseThrow();
    }
}
