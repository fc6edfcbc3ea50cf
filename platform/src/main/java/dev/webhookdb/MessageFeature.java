package dev.webhookdb;

import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Invitation;
import dev.webhookdb.alert.Alerts;
import dev.webhookdb.alert.Deliveries;
import dev.webhookdb.alert.ErrorHandlers;
import dev.webhookdb.api.ErrorHandlerRoutes;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.mail.EmailMessage;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.mail.Smtp;
import io.helidon.webserver.http.HttpService;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people something without being asked: by mail, as far as there is a mail server, and error handlers. */
final class MessageFeature implements Feature {
    private static final Logger LOG = LoggerFactory.getLogger(MessageFeature.class);

    private final URI publicUrl;
    private final Accounts.PasswordSender withoutMail;
    private final Optional<Mailer> mailer;
    private final ErrorHandlers errorHandlers;

    /**
     * Begins to send.
     *
     * @param withoutMail where one-time passwords go if there is no mail server
     */
    MessageFeature(Ground ground, Accounts.PasswordSender withoutMail) {
        this.publicUrl = ground.publicUrl();
        this.withoutMail = withoutMail;
        this.mailer = ground.configuration()
                .mail()
                .map(server -> ground.opened(Mailer.start(
                        ground.database(), ground.vault(), new Smtp(server), ground.wakeUps(), ground.tasks())));
        this.errorHandlers = new ErrorHandlers(ground.database(), ground.vault(), ground.outbound(), ground.audit());
        Deliveries deliveries = Deliveries.start(
                ground.database(),
                ground.vault(),
                ground.outbound(),
                ground.wakeUps(),
                ground.tasks(),
                ground.patience().alerts());
        ground.opened(Alerts.start(
                ground.database(),
                mailer,
                deliveries,
                Clock.systemUTC(),
                publicUrl,
                ground.tasks(),
                ground.patience().alerts()));
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
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(new ErrorHandlerRoutes(members, errorHandlers));
    }
}
