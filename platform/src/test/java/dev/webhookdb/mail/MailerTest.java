package dev.webhookdb.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.Configuration.Mail.Security;
import dev.webhookdb.config.Password;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Letters reach a real SMTP server, whatever happens on the way. */
class MailerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FROM = "WebhookDB <webhookdb@example.com>";

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;

    private PlatformDatabase platform;
    private GreenMail server;
    private int port;

    @BeforeAll
    static void certify() throws Exception {
        certificate = TestCertificate.make(directory);
        certificate.useInGreenMail();
    }

    @BeforeEach
    void open() throws IOException {
        platform = TestPostgres.platform();
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.stop();
        }
        platform.close();
    }

    @Test
    void a_letter_is_delivered_and_leaves_the_queue() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTP);

        try (Mailer mailer = mailer(Security.NONE, Optional.empty(), "")) {
            mailer.send(Letter.oneTimePassword("ann@example.com", "123456"));
            MimeMessage received = received();

            assertThat(received.getSubject()).isEqualTo("Your one-time password for WebhookDB");
            assertThat(received.getFrom()).extracting(Object::toString).containsExactly(FROM);
            assertThat(received.getContent().toString()).contains("    123456");
            assertThat(received.getMessageID()).matches("<mail-[a-z0-9]+@example\\.com>");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(queue()).isEmpty());
        }
    }

    @Test
    void what_is_in_the_queue_while_the_server_is_down_is_sealed_and_delivered_later() throws Exception {
        try (Mailer mailer = mailer(Security.NONE, Optional.empty(), "")) {
            mailer.send(Letter.oneTimePassword("ann@example.com", "654321"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(queue())
                            .singleElement()
                            .asString()
                            .contains("could not be used", "Check mail.host, mail.port and mail.security."));
            assertThat(bodies()).singleElement().asString().doesNotContain("654321");

            listen(ServerSetup.PROTOCOL_SMTP);

            assertThat(received().getContent().toString()).contains("654321");
        }
    }

    @Test
    void a_wrong_password_is_told_and_the_letter_waits() {
        listen(ServerSetup.PROTOCOL_SMTP);
        server.setUser("webhookdb@example.com", "webhookdb", "right");

        try (Mailer mailer = mailer(Security.NONE, Optional.of("webhookdb"), "wrong")) {
            mailer.send(Letter.of("ann@example.com", "Hello", "Hello."));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(queue())
                            .singleElement()
                            .asString()
                            .endsWith("refused the user name or the password. Check mail.username and mail.password.")
                            .doesNotContain("wrong"));
            assertThat(server.getReceivedMessages()).isEmpty();
        }
    }

    @Test
    void the_right_password_logs_in_over_tls() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTPS);
        server.setUser("webhookdb@example.com", "webhookdb", "right");

        try (Mailer mailer = mailer(Security.TLS, Optional.of("webhookdb"), "right")) {
            mailer.send(Letter.of("ann@example.com", "Hello", "Hello."));

            assertThat(received().getSubject()).isEqualTo("Hello");
        }
    }

    @Test
    void a_letter_is_not_sent_in_clear_when_starttls_is_asked_for_and_not_offered() {
        listen(ServerSetup.PROTOCOL_SMTP);

        try (Mailer mailer = mailer(Security.STARTTLS, Optional.empty(), "")) {
            mailer.send(Letter.of("ann@example.com", "Hello", "Hello."));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(queue())
                            .singleElement()
                            .asString()
                            .contains("offers no STARTTLS", "Set mail.security to tls"));
            assertThat(server.getReceivedMessages()).isEmpty();
        }
    }

    @Test
    void starttls_is_used_when_it_is_offered() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTP);

        try (StartTlsFront front = StartTlsFront.start(port, certificate.context());
                Mailer mailer = mailer(settings(front.port(), Security.STARTTLS, Optional.empty(), ""))) {
            mailer.send(Letter.of("ann@example.com", "Hello", "Hello."));

            assertThat(received().getSubject()).isEqualTo("Hello");
            assertThat(front.secured()).isOne();
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused() {
        listen(ServerSetup.PROTOCOL_SMTPS);
        var strict = new Smtp(settings(port, Security.TLS, Optional.empty(), ""));

        try (Mailer mailer = started(strict)) {
            mailer.send(Letter.of("ann@example.com", "Hello", "Hello."));

            // GreenMail's own thread throws when the client turns away
            await().dontCatchUncaughtExceptions()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(queue())
                            .singleElement()
                            .asString()
                            .contains("found no common TLS", "certificate"));
        }
    }

    @Test
    void nothing_in_a_letter_becomes_a_header() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTP);

        try (Mailer mailer = mailer(Security.NONE, Optional.empty(), "")) {
            mailer.send(Letter.of("ann@example.com", "Join Evil\r\nBcc: all@example.com", "\r\n.\r\nMAIL FROM:<x>"));
            MimeMessage received = received();

            assertThat(received.getSubject()).isEqualTo("Join Evil Bcc: all@example.com");
            assertThat(received.getHeader("Bcc")).isNull();
            assertThat(received.getAllRecipients()).hasSize(1);
            assertThat(received.getContent().toString()).contains("MAIL FROM:<x>");
        }
    }

    @Test
    void a_letter_that_cannot_be_opened_waits_with_its_reason_and_holds_up_no_other() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTP);
        insert("lost@example.com", Duration.ofHours(1));

        try (Mailer mailer = mailer(Security.NONE, Optional.empty(), "")) {
            mailer.send(Letter.oneTimePassword("ann@example.com", "123456"));

            assertThat(received().getAllRecipients())
                    .extracting(Object::toString)
                    .containsExactly("ann@example.com");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(queue())
                            .containsExactly("It is sealed with a key that this host does not have: No key fits."));
        }
    }

    @Test
    void a_letter_that_is_not_worth_to_be_sent_any_more_is_not_sent() throws Exception {
        listen(ServerSetup.PROTOCOL_SMTP);
        insert("late@example.com", Duration.ofHours(-1));

        try (Mailer mailer = mailer(Security.NONE, Optional.empty(), "")) {
            mailer.send(Letter.oneTimePassword("ann@example.com", "123456"));

            assertThat(received().getAllRecipients())
                    .extracting(Object::toString)
                    .containsExactly("ann@example.com");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(queue()).isEmpty());
            assertThat(server.getReceivedMessages()).hasSize(1);
        }
    }

    /** A letter that no key opens. */
    private void insert(String recipient, Duration lifetime) {
        platform.database()
                .run(session -> session.sql("""
                                insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at)
                                values ('mail-lost', :recipient, 'Lost', '', now() - interval '1 hour', :expires)""")
                        .bind("recipient", recipient)
                        .bind("expires", Instant.now().plus(lifetime))
                        .execute());
    }

    private void listen(String protocol) {
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", protocol));
        server.start();
    }

    private Mailer mailer(Security security, Optional<String> username, String password) {
        return mailer(settings(port, security, username, password));
    }

    private Mailer mailer(Configuration.Mail settings) {
        return started(new Smtp(settings, certificate.context().getSocketFactory()));
    }

    private Mailer started(Smtp smtp) {
        return Mailer.start(
                platform.database(),
                new ReversingSealer(),
                smtp,
                Clock.systemUTC(),
                new BackgroundTasks(),
                Duration.ofMillis(200));
    }

    private static Configuration.Mail settings(
            int port, Security security, Optional<String> username, String password) {
        return new Configuration.Mail("127.0.0.1", port, security, username, new Password(password), FROM);
    }

    private MimeMessage received() {
        assertThat(server.waitForIncomingEmail(PATIENCE.toMillis(), 1)).isTrue();
        return server.getReceivedMessages()[0];
    }

    /** Why each letter is still there. */
    private List<String> queue() {
        return platform.database()
                .transaction(session -> session.sql("select coalesce(error, '') as error from mail order by id")
                        .list(row -> row.text("error")));
    }

    private List<String> bodies() {
        return platform.database()
                .transaction(session -> session.sql("select encode(sealed_body, 'escape') as body from mail")
                        .list(row -> row.text("body")));
    }
}
