package dev.webhookdb.destinations.clickhouse;

import static dev.webhookdb.destinations.clickhouse.CannedServer.answer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Place;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections are encrypted, with a server whose certificate is trusted and has its name. */
class EncryptionTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path directory;

    private static KeyStore keys;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path file = directory.resolve("keys.p12");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=clickhouse",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        String.valueOf(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool").toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
    }

    @Test
    void theCertificateOfTheUrlIsTrusted() throws Exception {
        try (CannedServer server = server()) {
            connect(server.url("sslrootcert=" + certificate()));

            assertThat(server.requests()).singleElement().asString().endsWith("SELECT version() FORMAT TabSeparated");
        }
    }

    @Test
    void anotherCertificateIsNot() throws Exception {
        try (CannedServer server = server()) {
            assertRefused(server.url("ssl=true"));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aCertificateForAnotherNameIsNot() throws Exception {
        try (CannedServer server = server()) {
            String url = server.url("sslrootcert=" + certificate()).toString();
            assertRefused(URI.create(url.replace("@127.0.0.1:", "@localhost:")));
            assertThat(server.requests()).isEmpty();
        }
    }

    private static void assertRefused(URI url) {
        assertThatThrownBy(() -> connect(url))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.SETTINGS))
                .hasMessageContaining("its certificate is not trusted")
                .hasMessageContaining("sslrootcert");
    }

    private static void connect(URI url) throws Exception {
        new ClickhouseDestination()
                .connect(Place.of(url, SocketFactory.getDefault(), Duration.ofSeconds(10)))
                .close();
    }

    private static CannedServer server() throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        ServerSocketFactory sockets = context.getServerSocketFactory();
        return new CannedServer(sockets, answer("200 OK", "", "26.7.2.1\n"));
    }

    private static String certificate() throws Exception {
        String encoded = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8))
                .encodeToString(keys.getCertificate("server").getEncoded());
        String pem = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(encoded);
        return URLEncoder.encode(pem, UTF_8).replace("+", "%20");
    }
}
