package dev.webhookdb.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.embedded.TestServer;
import dev.webhookdb.mail.TestCertificate;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.tenancy.BroughtDatabase;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An organization moves to a server that is called localhost and lets nobody in without TLS. */
class TlsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final SSLContext OTHERS = defaultTrust();

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;
    private static TestServer server;
    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static DatabaseMoves migrations;
    private static Migrator migrator;
    private static WakeUps wakeUps;
    private static int organizations;

    private long organization;
    private BroughtDatabase brought;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.make(directory, "dns:localhost");
        server = TestServer.withTls(certificate::write, "hostssl all all all scram-sha-256");
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(
                platform.database(),
                platform.servers(),
                new ReversingSealer(),
                List.of(AddressRange.parse(server.address().host())));
        migrations = new DatabaseMoves(platform.database(), databases, new ReversingSealer());
        var tasks = new BackgroundTasks();
        wakeUps = WakeUps.start(platform.database(), tasks);
        migrator = new Migrator(migrations, databases, wakeUps, tasks);
        migrator.start();
    }

    @AfterAll
    static void stop() {
        migrator.close();
        wakeUps.close();
        databases.close();
        platform.close();
        server.close();
    }

    @BeforeEach
    void begin() {
        String key = "tls_" + ++organizations;
        organization = TestPostgres.organization(platform, key);
        databases.create(organization, key);
    }

    @AfterEach
    void end() {
        SSLContext.setDefault(OTHERS);
        databases.drop(organization);
        brought.close();
    }

    @Test
    void whoever_requires_tls_gets_it_on_every_connection_whatever_the_certificate() {
        bring("require");

        move(brought.ownerUrl(), brought.readerUrl());

        awaitEncrypted();
        assertThat(databases.readerConnectionUrl(organization)).isEqualTo(brought.readerUrl());
    }

    @Test
    void whoever_verifies_gets_in_by_the_name_of_the_certificate_when_java_trusts_it() {
        bring("verify-full");
        SSLContext.setDefault(certificate.context());

        move(byName(brought.ownerUrl()), byName(brought.readerUrl()));

        awaitEncrypted();
        assertThatThrownBy(() -> start(brought.ownerUrl()))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("certificate");
    }

    @Test
    void whoever_verifies_does_not_get_in_when_java_does_not_trust_the_certificate() {
        bring("verify-full");

        assertThatThrownBy(() -> start(byName(brought.ownerUrl())))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("certificate");
        assertThat(migrations.of(organization)).isEmpty();
    }

    @Test
    void whoever_refuses_tls_is_told_that_the_server_does_not_let_him_in() {
        bring("disable");

        assertThatThrownBy(() -> start(brought.ownerUrl()))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("no encryption");
    }

    private void bring(String sslMode) {
        brought = new BroughtDatabase(server.address(), sslMode);
    }

    private void move(String ownerUrl, String readerUrl) {
        migrations.start(organization, "somebody", ownerUrl, Optional.of(readerUrl));
        await().atMost(PATIENCE)
                .until(() -> migrations.of(organization).getFirst().state().equals("finished"));
    }

    private void start(String ownerUrl) {
        migrations.start(organization, "somebody", ownerUrl, Optional.empty());
    }

    /** A host that did not write meanwhile follows the organization within a second or so. */
    private void awaitEncrypted() {
        await().atMost(PATIENCE).untilAsserted(this::assertEncrypted);
    }

    /** The owner's connections and the reader's, as the server sees them. */
    private void assertEncrypted() {
        String question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
        boolean owner = databases
                .open(organization)
                .transaction(session -> session.sql(question).one(row -> row.flag("ssl")));
        assertThat(owner).isTrue();
        assertThat(databases
                        .query(organization, question, PATIENCE, 1, result -> result)
                        .rows())
                .containsExactly(List.of(Optional.of("t")));
    }

    private static String byName(String url) {
        return url.replace(server.address().host(), "localhost");
    }

    private static SSLContext defaultTrust() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
