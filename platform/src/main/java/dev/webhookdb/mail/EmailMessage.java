package dev.webhookdb.mail;

import java.net.URI;
import java.time.Duration;

/**
 * A message to one person.
 *
 * @param to a plain address
 * @param subject one line: what would break it is taken out
 * @param body plain text
 * @param lifetime for how long it is tried to send it
 */
public record EmailMessage(String to, String subject, String body, Duration lifetime) {
    private static final Duration A_DAY = Duration.ofDays(1);

    /** Keeps the subject on its line. */
    public EmailMessage {
        subject = subject.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
    }

    /** Writes a message that matters for a day. */
    public static EmailMessage of(String to, String subject, String body) {
        return new EmailMessage(to, subject, body, A_DAY);
    }

    /** Writes the message with a one-time password. */
    public static EmailMessage oneTimePassword(String to, String code) {
        return new EmailMessage(
                to, "Your one-time password for WebhookDB", """
                Your one-time password is

                    %2$s

                It works once, within 15 minutes of your asking for it. Enter it where you log in, or run

                    webhookdb auth login --username=%1$s --token=%2$s

                If you did not ask for it, there is nothing to do: without it nobody can log in as you.
                """.formatted(to, code), Duration.ofHours(1));
    }

    /**
     * Writes the message that invites somebody to an organization.
     *
     * @param by who invites
     * @param code what they join with
     * @param server where they log in
     */
    public static EmailMessage invitation(String to, String by, String organization, String code, URI server) {
        return of(
                to, "Join %s on WebhookDB".formatted(organization), """
                You are invited to the organization %2$s by %3$s.

                Log in with this e-mail address, then join:

                    export WEBHOOKDB_API_HOST=%5$s
                    webhookdb auth login %1$s
                    webhookdb org join %4$s

                If that means nothing to you, ignore this message.
                """.formatted(to, organization, by, code, server));
    }
}
