package dev.webhookdb.platform;

import dev.webhookdb.sql.ConcurrencyLimit;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work in the platform's database and in an organization's, which no transaction spans. First an intent is noted, then come steps that
 * may be repeated, and the last transaction forgets the intent. While a host is at it, it holds a lock over a connection of its own;
 * when the host dies, so does the connection, and whoever looks next finishes the work.
 *
 * <p>No transaction of the platform's database is open meanwhile. Thread-safe.
 */
public final class Intents {
    private static final Logger LOGGER = LoggerFactory.getLogger(Intents.class);

    /** Any number, as long as no other advisory lock of ours has it: "intn" in ASCII. */
    private static final int LOCK = 0x696e746e;

    private static final String COLUMNS = "id, organization_id, kind, subject, detail, author";

    /** Each takes connections of its own. */
    private static final int AT_A_TIME = 6;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Database platform;
    private final Semaphore places = new Semaphore(AT_A_TIME, true);

    /**
     * What is to be done.
     *
     * @param kind by which {@link #finish} finds who can do it
     * @param subject what it is done to
     * @param detail what it needs besides
     */
    public record Intent(long id, long organizationId, String kind, String subject, String detail, String author) {
        /** Begins one that is not noted yet. */
        public static Intent of(long organizationId, String kind, String subject, String detail, String author) {
            return new Intent(0, organizationId, kind, subject, detail, author);
        }

        /** The same for another organization, which was only just made. */
        public Intent in(long otherOrganization) {
            return new Intent(id, otherOrganization, kind, subject, detail, author);
        }
    }

    /** @param platform where intents are noted */
    public Intents(Database platform) {
        this.platform = platform;
    }

    /**
     * Notes an intent in a transaction, and then carries it out. When that throws, the intent stays, unless the steps {@link #forget} it.
     *
     * @param first what else the transaction does; it returns the intent
     * @param steps what may be repeated; the last of them forgets the intent
     */
    public <T> T carryOut(Function<Session, Intent> first, Function<Intent, T> steps) {
        return ConcurrencyLimit.within(
                places, PATIENCE, "Too much is being created and deleted.", () -> begin(first, steps));
    }

    private <T> T begin(Function<Session, Intent> first, Function<Intent, T> steps) {
        long id = platform.transaction(
                session -> session.sql("select nextval(pg_get_serial_sequence('intent', 'id')) as id")
                        .one(row -> row.number("id")));
        return platform.apart(own -> {
            own.sql("select pg_advisory_lock(:lock, :id::int)")
                    .bind("lock", LOCK)
                    .bind("id", (int) id)
                    .list(row -> true);
            return steps.apply(platform.transaction(session -> note(session, id, first.apply(session))));
        });
    }

    /**
     * Notes an intent with a transaction, to be carried out by whoever looks next. If the same is to be done to the same thing already, it
     * gets the new detail, and is not forgotten by who is carrying it out with the old one.
     */
    public static void leave(Session session, Intent intent) {
        session.sql("""
                        insert into intent (organization_id, kind, subject, detail, author)
                        values (:organization, :kind, :subject, :detail, :author)
                        on conflict (organization_id, kind, subject) do update set detail = excluded.detail, author = excluded.author""")
                .bind("organization", intent.organizationId())
                .bind("kind", intent.kind())
                .bind("subject", intent.subject())
                .bind("detail", intent.detail())
                .bind("author", intent.author())
                .execute();
    }

    /** Forgets an intent that is carried out, or given up. */
    public static void forget(Session session, Intent intent) {
        session.sql("delete from intent where id = :id and detail = :detail")
                .bind("id", intent.id())
                .bind("detail", intent.detail())
                .execute();
    }

    /** The same in a transaction of its own. */
    public void forget(Intent intent) {
        platform.run(session -> forget(session, intent));
    }

    /** Returns whether something is about to be done to a thing. */
    public static boolean isPending(Session session, long organizationId, String kind, String subject) {
        return session.sql("""
                        select exists (select from intent
                          where organization_id = :organization and kind = :kind and subject = :subject) as pending""")
                .bind("organization", organizationId)
                .bind("kind", kind)
                .bind("subject", subject)
                .one(row -> row.flag("pending"));
    }

    /**
     * Carries out what was left behind. What cannot be done now is left for the next time, and said.
     *
     * @param doers by kind
     */
    public void finish(Map<String, Consumer<Intent>> doers) {
        List<Intent> left =
                platform.transaction(session -> session.sql("select %s from intent order by id".formatted(COLUMNS))
                        .list(Intents::read));
        left.stream().filter(intent -> doers.containsKey(intent.kind())).forEach(intent -> {
            try {
                finish(intent, doers.get(intent.kind()));
            } catch (RuntimeException e) {
                LOGGER.warn(
                        "What was begun for the organization {} ({}, {}) is not finished yet: {}",
                        intent.organizationId(),
                        intent.kind(),
                        intent.subject(),
                        e.getMessage());
            }
        });
    }

    private void finish(Intent intent, Consumer<Intent> doer) {
        platform.<Boolean>apart(own -> {
            boolean alone = own.sql("select pg_try_advisory_lock(:lock, :id::int) as alone")
                    .bind("lock", LOCK)
                    .bind("id", (int) intent.id())
                    .one(row -> row.flag("alone"));
            Optional<Intent> still = alone ? find(intent.id()) : Optional.empty();
            still.ifPresent(doer);
            return still.isPresent();
        });
    }

    private Optional<Intent> find(long id) {
        return platform.transaction(session -> session.sql("select %s from intent where id = :id".formatted(COLUMNS))
                .bind("id", id)
                .first(Intents::read));
    }

    private static Intent note(Session session, long id, Intent intent) {
        session.sql("""
                        insert into intent (id, organization_id, kind, subject, detail, author)
                        overriding system value values (:id, :organization, :kind, :subject, :detail, :author)""")
                .bind("id", id)
                .bind("organization", intent.organizationId())
                .bind("kind", intent.kind())
                .bind("subject", intent.subject())
                .bind("detail", intent.detail())
                .bind("author", intent.author())
                .execute();
        return new Intent(
                id, intent.organizationId(), intent.kind(), intent.subject(), intent.detail(), intent.author());
    }

    private static Intent read(Row row) {
        return new Intent(
                row.number("id"),
                row.number("organization_id"),
                row.text("kind"),
                row.text("subject"),
                row.text("detail"),
                row.text("author"));
    }
}
