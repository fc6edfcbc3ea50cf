package dev.webhookdb.mail;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Failure.Kind;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages, one or more hosts together: each is in a queue in the platform's database until the mail server took it, or it is not
 * worth to be sent any more. A host that dies between the two sends it twice, with the same id. What the server refuses for good, and
 * what no key opens, is parked. Thread-safe.
 */
public final class Mailer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);

    private static final QueueTable TABLE = QueueTable.of(
                    "mail", "recipient", QueueTable.Type.TEXT, "message_id", "recipient", "subject", "sealed_body")
            .parkedFor(Duration.ofDays(7));

    /** More than a mail server gets to take one message. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);
    private static final int AT_ONCE = 8;

    private final Database platform;
    private final Sealer sealer;
    private final Smtp smtp;
    private final LeasedQueue<Queued> queue;
    private final QueueWorker<Queued> worker;

    private Mailer(
            Database platform, Sealer sealer, Smtp smtp, WakeUps wakeUps, BackgroundTasks tasks, Duration firstDelay) {
        this.platform = platform;
        this.sealer = sealer;
        this.smtp = smtp;
        RetryPolicy retries = RetryPolicy.of(Pauses.doubling(firstDelay, LONGEST_DELAY));
        this.queue = new LeasedQueue<>(platform, TABLE, Queued::read, LEASE, retries, QueueListener.NONE);
        this.worker = QueueWorker.start(queue, AT_ONCE, new Sending(), wakeUps, tasks);
    }

    /** Begins to send what is queued. */
    public static Mailer start(Database platform, Sealer sealer, Smtp smtp, WakeUps wakeUps, BackgroundTasks tasks) {
        return start(platform, sealer, smtp, wakeUps, tasks, Duration.ofSeconds(5));
    }

    /** The same with another pause after the first failure; it doubles with each. */
    static Mailer start(
            Database platform, Sealer sealer, Smtp smtp, WakeUps wakeUps, BackgroundTasks tasks, Duration firstDelay) {
        return new Mailer(platform, sealer, smtp, wakeUps, tasks, firstDelay);
    }

    /** Queues a message; it is sent soon. */
    public void send(EmailMessage message) {
        platform.run(session -> send(session, message));
        worker.wake();
    }

    /** Queues a message together with what it tells of; it is sent within seconds of the commit. */
    public void send(Session session, EmailMessage message) {
        session.sql("""
                        insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at)
                        values (:message, :recipient, :subject, :body, clock_timestamp(),
                          clock_timestamp() + :lifetime * interval '1 millisecond')""")
                .bind("message", OpaqueId.withPrefix("mail-"))
                .bind("recipient", message.to())
                .bind("subject", message.subject())
                .bind("body", sealer.seal(message.body()))
                .bind("lifetime", message.lifetime().toMillis())
                .execute();
        queue.added(session);
    }

    @Override
    public void close() {
        worker.close();
    }

    /** What is done with a message whose turn it is. */
    private final class Sending implements QueueWorker.Work<Queued> {
        @Override
        public Result attempt(Lease<Queued> lease) {
            Queued queued = lease.payload();
            try {
                smtp.send(queued.messageId(), opened(queued));
                return new Result.Done();
            } catch (MailException e) {
                LOG.warn(
                        e.permanent()
                                ? "The message \"{}\" to {} is put aside. {}"
                                : "The message \"{}\" to {} is tried again later. {}",
                        queued.subject(),
                        queued.recipient(),
                        e.getMessage());
                return new Result.Failed(Failure.of(e.permanent() ? Kind.PERMANENT : Kind.TRANSIENT), e.getMessage());
            }
        }

        @Override
        public void expired(Lease<Queued> lease) {
            LOG.warn(
                    "The message \"{}\" to {} was given up. It was not worth to be sent any more.",
                    lease.payload().subject(),
                    lease.payload().recipient());
        }
    }

    /** Opened here and not when it is claimed: one that cannot be opened must not keep the others from being sent. */
    private EmailMessage opened(Queued queued) throws MailException {
        try {
            return EmailMessage.of(queued.recipient(), queued.subject(), sealer.open(queued.sealedBody()));
        } catch (RuntimeException e) {
            throw new MailException(
                    "It is sealed with a key that this host does not have: %s".formatted(e.getMessage()), true, e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Queued(String messageId, String recipient, String subject, byte[] sealedBody) {
        private static Queued read(Row row) {
            return new Queued(
                    row.text("message_id"), row.text("recipient"), row.text("subject"), row.bytes("sealed_body"));
        }
    }
}
