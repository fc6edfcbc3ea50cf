package dev.webhookdb.mail;

import dev.webhookdb.config.Configuration;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/** A mail server. Thread-safe: every message has a connection of its own. */
public final class Smtp {
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration ANSWERING = Duration.ofSeconds(30);
    private static final int LOGIN_REQUIRED = 530;
    private static final int PERMANENT = 500;

    private final Configuration.Mail server;
    private final SSLSocketFactory sockets;

    /** Uses the server that is configured, and trusts whom Java trusts. */
    public Smtp(Configuration.Mail server) {
        this(server, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    Smtp(Configuration.Mail server, SSLSocketFactory sockets) {
        this.server = server;
        this.sockets = sockets;
    }

    /**
     * Sends a message.
     *
     * @param id the same for every attempt, so that the receiver can tell a second copy
     * @throws MailException if the server did not take it
     */
    void send(String id, EmailMessage email) {
        Session session = Session.getInstance(properties());
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage message = message(session, id, email);
            connect(transport);
            transport.sendMessage(message, message.getAllRecipients());
        } catch (MessagingException e) {
            throw explained(email.to(), e);
        }
    }

    /**
     * Connects and logs in as for a message, and sends none.
     *
     * @param limit for each answer of the server
     * @return why no message would be taken, in a sentence with the remedy; empty if the server is ready
     */
    public Optional<String> obstacle(Duration limit) {
        Properties properties = properties();
        List.of("mail.smtp.connectiontimeout", "mail.smtp.timeout", "mail.smtp.writetimeout")
                .forEach(name -> properties.put(name, millis(limit)));
        Session session = Session.getInstance(properties);
        try (Transport transport = session.getTransport("smtp")) {
            connect(transport);
            return Optional.empty();
        } catch (MessagingException e) {
            return Optional.of(explained("anybody", e).getMessage());
        }
    }

    private void connect(Transport transport) throws MessagingException {
        transport.connect(
                server.host(),
                server.port(),
                server.username().orElse(null),
                server.username().map(user -> server.password().reveal()).orElse(null));
    }

    private MimeMessage message(Session session, String id, EmailMessage email) throws MessagingException {
        var from = new InternetAddress(server.from(), true);
        String domain = from.getAddress().replaceFirst(".*@", "");
        MimeMessage message = new IdentifiedMessage(session, "<%s@%s>".formatted(id, domain));
        message.setFrom(from);
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(email.to(), true));
        message.setSubject(email.subject(), "UTF-8");
        message.setText(email.body(), "UTF-8");
        message.setSentDate(Date.from(Instant.now()));
        // RFC 3834: no robot is to answer
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        return message;
    }

    private Properties properties() {
        var properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", millis(CONNECTING));
        properties.put("mail.smtp.timeout", millis(ANSWERING));
        properties.put("mail.smtp.writetimeout", millis(ANSWERING));
        properties.put("mail.smtp.auth", Boolean.toString(server.username().isPresent()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.socketFactory", sockets);
        switch (server.security()) {
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
            case NONE -> properties.put("mail.smtp.starttls.enable", "false");
        }
        return properties;
    }

    private MailException explained(String to, MessagingException failure) {
        String where = "The mail server %s:%d".formatted(server.host(), server.port());
        return switch (failure) {
            case AuthenticationFailedException e ->
                new MailException(
                        where + " refused the user name or the password. Check mail.username and mail.password.",
                        false,
                        e);
            case SMTPSenderFailedException e ->
                new MailException(
                        "%s takes no mail from %s (%s). Check mail.from."
                                .formatted(where, server.from(), line(e.getMessage())),
                        false,
                        e);
            case SMTPSendFailedException e
            when e.getReturnCode() == LOGIN_REQUIRED ->
                new MailException(
                        where + " wants a login. Set mail.username and mail.password, and mail.security.", false, e);
            default ->
                refusal(failure)
                        .map(e -> new MailException(
                                "%s takes no mail for %s (%s). Check the address."
                                        .formatted(where, to, line(e.getMessage())),
                                e.getReturnCode() >= PERMANENT,
                                e))
                        .orElseGet(() -> unreachable(where, failure));
        };
    }

    private MailException unreachable(String where, MessagingException failure) {
        String reason = line(failure.getMessage());
        if (cause(failure, SSLException.class).isPresent()) {
            return new MailException(
                    "%s and this host found no common TLS (%s). Check mail.port and mail.security: tls is usually on port 465, starttls on 587. The server's certificate must be one that Java trusts, for the name in mail.host."
                            .formatted(
                                    where,
                                    line(cause(failure, SSLException.class)
                                            .orElseThrow()
                                            .getMessage())),
                    false,
                    failure);
        }
        if (reason.contains("STARTTLS is required")) {
            return new MailException(
                    where + " offers no STARTTLS. Set mail.security to tls, or to none if nobody can listen in.",
                    false,
                    failure);
        }
        return new MailException(
                "%s could not be used (%s). Check mail.host, mail.port and mail.security.".formatted(where, reason),
                false,
                failure);
    }

    private static Optional<SMTPAddressFailedException> refusal(MessagingException failure) {
        return cause(failure, SMTPAddressFailedException.class);
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static String line(String text) {
        return text == null ? "no reason was given" : text.strip().replaceAll("\\s+", " ");
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%d", duration.toMillis());
    }

    /** Keeps its id instead of one that tells about this machine. */
    private static final class IdentifiedMessage extends MimeMessage {
        private final String id;

        IdentifiedMessage(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
