package dev.webhookdb.destinations.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Place;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections are encrypted, with a certificate that is trusted and for the name of the host. */
class EncryptedTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    private Path directory;

    private HttpsServer server;
    private SSLContext trusting;

    @BeforeEach
    void begin() throws Exception {
        KeyStore keys = keys();
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(trusting));
        server.createContext("/", exchange -> {
            byte[] answer = "{\"Attributes\":{\"MaximumMessageSize\":\"1024\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Test
    void aCertificateThatIsTrustedAndForTheHostIsTaken() throws Exception {
        assertThat(longestMessage("localhost", trusting)).isEqualTo(1024);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        assertThatThrownBy(() -> longestMessage("127.0.0.1", trusting)).satisfies(EncryptedTest::isForSomebodyToChange);
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused() {
        assertThatThrownBy(() -> longestMessage("localhost", SSLContext.getDefault()))
                .satisfies(EncryptedTest::isForSomebodyToChange);
    }

    private static void isForSomebodyToChange(Throwable failure) {
        assertThat(failure)
                .hasMessageContaining("No encrypted connection")
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        one -> assertThat(one.reason()).isEqualTo(Reason.SETTINGS));
    }

    private int longestMessage(String host, SSLContext context) throws Exception {
        URI url = URI.create("sqs://key:secret@%s:%d/1/a.fifo"
                .formatted(host, server.getAddress().getPort()));
        Address address = Address.of(url);
        Place place = Place.of(url, SocketFactory.getDefault(), Duration.ofSeconds(30));
        var connections = new Connections(address, place, context.getSocketFactory());
        try (var queue = new Queue(address, connections, place.timeout())) {
            return queue.longestMessage();
        }
    }

    /** Makes a key with a certificate for {@code localhost}. */
    private KeyStore keys() throws Exception {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }
}
