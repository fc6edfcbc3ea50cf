package dev.webhookdb;

import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Invitation;
import dev.webhookdb.alert.Alerts;
import dev.webhookdb.alert.Deliveries;
import dev.webhookdb.alert.ErrorHandlers;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.mail.EmailMessage;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.mail.Smtp;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a host that tells people something without being asked: by mail, as far as there is a mail server, and error handlers. */
final class Messages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Messages.class);

    private final URI publicUrl;
    private final Accounts.Post withoutMail;
    private final Optional<Mailer> mailer;
    private final ErrorHandlers errorHandlers;
    private final Alerts alerts;

    /**
     * Begins to send.
     *
     * @param pause between two looks for trouble
     * @param withoutMail where one-time passwords go if there is no mail server
     */
    Messages(
            Configuration configuration,
            Database platform,
            Sealer sealer,
            Outbound outbound,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Duration pause,
            Accounts.Post withoutMail) {
        Clock clock = Clock.systemUTC();
        this.publicUrl = configuration.publicUrl();
        this.withoutMail = withoutMail;
        this.mailer =
                configuration.mail().map(server -> Mailer.start(platform, sealer, new Smtp(server), wakeUps, tasks));
        this.errorHandlers = new ErrorHandlers(platform, sealer, outbound, new Audit(platform));
        this.alerts = Alerts.start(
                platform,
                mailer,
                Deliveries.start(platform, sealer, outbound, wakeUps, tasks, pause),
                clock,
                publicUrl,
                tasks,
                pause);
        if (mailer.isEmpty()) {
            LOG.info(
                    "There is no mail.host: one-time passwords are written to this log, and whoever reads it can log in as anybody.");
        }
    }

    /** Brings a one-time password to whoever reads the log. */
    static void log(String email, String code) {
        LOG.info("one-time password for {}: {}", email, code);
    }

    /** Brings mail to people; empty if there is no mail server. */
    Optional<Mailer> mailer() {
        return mailer;
    }

    ErrorHandlers errorHandlers() {
        return errorHandlers;
    }

    void oneTimePassword(String email, String code) {
        mailer.ifPresentOrElse(
                sender -> sender.send(EmailMessage.oneTimePassword(email, code)), () -> withoutMail.send(email, code));
    }

    void invitation(Invitation invitation, Actor by) {
        mailer.ifPresent(sender -> sender.send(EmailMessage.invitation(
                invitation.email(), by.name(), invitation.organization().name(), invitation.code(), publicUrl)));
    }

    @Override
    public void close() {
        alerts.close();
        mailer.ifPresent(Mailer::close);
    }
}
