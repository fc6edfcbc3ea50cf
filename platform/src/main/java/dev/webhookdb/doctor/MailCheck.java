package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.mail.Smtp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether the mail server lets us in. No mail is sent. */
final class MailCheck {
    static final String NAME = "mail";
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Optional<Configuration.Mail> mail;

    MailCheck(Optional<Configuration.Mail> mail) {
        this.mail = mail;
    }

    List<Finding> examine() {
        if (mail.isEmpty()) {
            return Findings.skipped(
                    NAME, "mail.host is not set: one-time passwords are written to the log, and no alert is mailed.");
        }
        Findings findings = new Findings(NAME);
        Configuration.Mail server = mail.get();
        new Smtp(server).obstacle(LIMIT).ifPresent(obstacle -> findings.problem("No mail can be sent.", obstacle));
        return findings.orOk("The mail server %s:%d answers%s."
                .formatted(server.host(), server.port(), server.username().isPresent() ? " and lets us in" : ""));
    }
}
