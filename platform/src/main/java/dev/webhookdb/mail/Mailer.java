package dev.webhookdb.mail;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.schedule.Doubling;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends letters, one or more hosts together: each is in a queue in the platform's database until the mail server took it, or it is not
 * worth to be sent any more. A host that dies between the two sends it twice, with the same id. Thread-safe.
 */
public final class Mailer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);

    /** More than a mail server gets to take one message. */
    private static final Duration CLAIMED = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);
    private static final int AT_ONCE = 8;

    private final Database platform;
    private final Sealer sealer;
    private final Smtp smtp;
    private final Clock clock;
    private final Doubling doubling;
    private final BackgroundTask task;

    private Mailer(
            Database platform, Sealer sealer, Smtp smtp, Clock clock, BackgroundTasks tasks, Duration firstDelay) {
        this.platform = platform;
        this.sealer = sealer;
        this.smtp = smtp;
        this.clock = clock;
        this.doubling = new Doubling(firstDelay, LONGEST_DELAY);
        this.task = tasks.start("mail", LOOK, this::deliver);
    }

    /** Begins to send what is queued. */
    public static Mailer start(Database platform, Sealer sealer, Smtp smtp, Clock clock, BackgroundTasks tasks) {
        return start(platform, sealer, smtp, clock, tasks, Duration.ofSeconds(5));
    }

    /** The same with another pause after the first failure; it doubles with each. */
    static Mailer start(
            Database platform, Sealer sealer, Smtp smtp, Clock clock, BackgroundTasks tasks, Duration firstDelay) {
        return new Mailer(platform, sealer, smtp, clock, tasks, firstDelay);
    }

    /** Queues a letter; it is sent soon. */
    public void send(Letter letter) {
        platform.run(session -> send(session, letter));
        task.wake();
    }

    /** Queues a letter together with what it tells of; it is sent within seconds of the commit. */
    public void send(Session session, Letter letter) {
        Instant now = clock.instant();
        session.sql("""
                        insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at)
                        values (:message, :recipient, :subject, :body, :now, :expires)""")
                .bind("message", OpaqueId.withPrefix("mail-"))
                .bind("recipient", letter.to())
                .bind("subject", letter.subject())
                .bind("body", sealer.seal(letter.body()))
                .bind("now", now)
                .bind("expires", now.plus(letter.lifetime()))
                .execute();
    }

    @Override
    public void close() {
        task.close();
    }

    private void deliver() {
        for (List<Queued> due = claim(); !due.isEmpty(); due = claim()) {
            try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
                due.forEach(queued -> each.execute(() -> attempt(queued)));
            }
        }
    }

    private List<Queued> claim() {
        return platform.transaction(session -> session.sql("""
                        update mail set due_at = :until, attempts = attempts + 1
                        where id in (
                          select id from mail where due_at <= :now order by due_at limit :most for update skip locked)
                        returning id, message_id, recipient, subject, sealed_body, attempts, expires_at""")
                .bind("until", clock.instant().plus(CLAIMED))
                .bind("now", clock.instant())
                .bind("most", AT_ONCE)
                .list(Mailer::read));
    }

    private void attempt(Queued queued) {
        try {
            if (clock.instant().isAfter(queued.expiresAt())) {
                giveUp(queued, "It was not worth to be sent any more.");
                return;
            }
            smtp.send(queued.messageId(), letter(queued));
            remove(queued);
        } catch (MailException e) {
            postpone(queued, e);
        } catch (RuntimeException e) {
            LOG.warn("A message to {} was not sent, and is tried again later", queued.recipient(), e);
        }
    }

    /** Opened here and not when it is claimed: one that cannot be opened must not keep the others from being sent. */
    private Letter letter(Queued queued) throws MailException {
        try {
            return Letter.of(queued.recipient(), queued.subject(), sealer.open(queued.sealedBody()));
        } catch (RuntimeException e) {
            throw new MailException(
                    "It is sealed with a key that this host does not have: %s".formatted(e.getMessage()), false, e);
        }
    }

    private void postpone(Queued queued, MailException failure) {
        Instant next = clock.instant().plus(doubling.after(queued.attempts()));
        if (failure.permanent() || next.isAfter(queued.expiresAt())) {
            giveUp(queued, failure.getMessage());
            return;
        }
        LOG.warn(
                "The message \"{}\" to {} is tried again at {}. {}",
                queued.subject(),
                queued.recipient(),
                next,
                failure.getMessage());
        platform.run(session -> session.sql("update mail set due_at = :next, error = :error where id = :id")
                .bind("next", next)
                .bind("error", failure.getMessage())
                .bind("id", queued.id())
                .execute());
    }

    private void giveUp(Queued queued, String why) {
        LOG.warn("The message \"{}\" to {} was given up. {}", queued.subject(), queued.recipient(), why);
        remove(queued);
    }

    private void remove(Queued queued) {
        platform.run(session -> session.sql("delete from mail where id = :id")
                .bind("id", queued.id())
                .execute());
    }

    private static Queued read(Row row) {
        return new Queued(
                row.number("id"),
                row.text("message_id"),
                row.text("recipient"),
                row.text("subject"),
                row.bytes("sealed_body"),
                row.integer("attempts"),
                row.instant("expires_at"));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Queued(
            long id,
            String messageId,
            String recipient,
            String subject,
            byte[] sealedBody,
            int attempts,
            Instant expiresAt) {}
}
