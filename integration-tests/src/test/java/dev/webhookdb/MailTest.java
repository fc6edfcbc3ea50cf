package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.webhookdb.RunningHost.Answer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a mail server, people get by mail what they need to get in, and what goes wrong. */
class MailTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private GreenMail mail;
    private RunningHost host;

    @BeforeEach
    void start() {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        host = RunningHost.start(
                directory,
                Map.of(
                        "WEBHOOKDB_MAIL_HOST", "127.0.0.1",
                        "WEBHOOKDB_MAIL_PORT", Integer.toString(mail.getSmtp().getPort()),
                        "WEBHOOKDB_MAIL_SECURITY", "none",
                        "WEBHOOKDB_MAIL_FROM", "WebhookDB <webhookdb@example.com>"));
    }

    @AfterEach
    void stop() {
        host.close();
        mail.stop();
    }

    @Test
    void the_code_and_the_invitation_in_the_mail_are_all_it_takes_to_join() {
        Person admin = logIn("boss@example.com");
        admin.post(admin.own("/update"), Map.of("field", "name", "value", "Evil\r\nBcc: all@example.com"));

        admin.post(admin.own("/invite"), Map.of("email", "guest@example.com"));
        Person guest = logIn("guest@example.com");
        Answer joined = guest.post(
                "/v1/organizations/join",
                Map.of("invitation_code", found("guest@example.com", "org join (join-[0-9a-f]{8})")));

        assertThat(joined.status()).isEqualTo(200);
        assertThat(host.code("boss@example.com")).isEmpty();
        assertThat(mail.getReceivedMessages()).allSatisfy(message -> {
            assertThat(message.getAllRecipients()).hasSize(1);
            assertThat(message.getHeader("Bcc")).isNull();
        });
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(host.platform("select id from mail")).isEmpty());
    }

    @Test
    void every_admin_is_told_when_webhooks_begin_to_be_rejected() {
        Person admin = logIn("told@example.com");
        Person second = logIn("also-told@example.com");
        Person viewer = logIn("not-told@example.com");
        admin.admit(second, "admin");
        admin.admit(viewer, "viewer");
        RunningHost.Made charges = admin.integrate("stripe_charge_v1");

        host.send(charges.id(), "{}".getBytes(StandardCharsets.UTF_8), "whsec_wrong");

        assertThat(found("told@example.com", "(Webhooks for %s are rejected\\.)".formatted(charges.table())))
                .isNotEmpty();
        assertThat(found("also-told@example.com", "(webhookdb integrations reset %s)".formatted(charges.id())))
                .isNotEmpty();
        assertThat(texts("not-told@example.com")).noneMatch(text -> text.contains("rejected"));
    }

    private Person logIn(String email) {
        new Person(host, email).requestCode();
        return Person.entered(host, email, found(email, "--token=(\\d{6})"));
    }

    /** Waits for a message that contains something, and returns that. */
    private String found(String email, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return await().atMost(PATIENCE)
                .until(
                        () -> texts(email)
                                .map(wanted::matcher)
                                .filter(Matcher::find)
                                .map(matcher -> matcher.group(1))
                                .reduce((one, other) -> other),
                        Optional::isPresent)
                .orElseThrow();
    }

    private Stream<String> texts(String email) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(message -> isFor(message, email))
                .map(MailTest::text);
    }

    private static boolean isFor(MimeMessage message, String email) {
        try {
            return message.getAllRecipients()[0].toString().equals(email);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MimeMessage message) {
        try {
            return message.getContent().toString();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
