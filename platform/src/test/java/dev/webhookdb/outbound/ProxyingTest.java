package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.mail.TestCertificate;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Delivered.Answered;
import dev.webhookdb.outbound.Delivered.Cause;
import dev.webhookdb.outbound.Delivered.Unanswered;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through a proxy as well, the address that was judged is the one that is called. */
class ProxyingTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private ServerSocket proxy;
    private HttpServer server;
    private volatile String answer = "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n";
    private volatile int leadsTo;

    @BeforeEach
    void open() throws IOException {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        leadsTo = server.getAddress().getPort();
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.stop(0);
    }

    @Test
    void the_proxy_is_asked_for_the_very_address_and_the_connection_is_kept() throws Exception {
        Outbound outbound = outbound("", InetAddress::isLoopbackAddress, InetAddress::getAllByName);
        int port = leadsTo;

        for (int i = 0; i < 3; i++) {
            assertThat(deliver(outbound, "http://localhost:%d/hook?a=%%2F".formatted(port)))
                    .isInstanceOfSatisfying(
                            Answered.class, done -> assertThat(done.status()).isEqualTo(204));
        }

        assertThat(asked)
                .singleElement()
                .satisfies(head -> assertThat(head)
                        .startsWith("CONNECT 127.0.0.1:%d HTTP/1.1".formatted(port))
                        .doesNotContain("Proxy-Authorization"));
        assertThat(hosts).containsOnly("localhost:" + port);
    }

    @Test
    void a_user_and_a_password_are_told_to_the_proxy_alone() throws Exception {
        Outbound outbound = outbound("me:secret@", InetAddress::isLoopbackAddress, InetAddress::getAllByName);

        assertThat(deliver(outbound, "http://127.0.0.1:" + leadsTo)).isInstanceOf(Answered.class);

        assertThat(asked.getFirst()).contains("Proxy-Authorization: Basic bWU6c2VjcmV0");
    }

    @Test
    void tls_goes_through_the_proxy_to_the_judged_address_and_proves_the_name(@TempDir Path directory)
            throws Exception {
        ServerSocket secure = TestCertificate.make(directory, "dns:localhost")
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        leadsTo = secure.getLocalPort();
        Thread.ofVirtual().start(() -> handshake(secure));
        Outbound outbound = outbound("", address -> false, name ->
                new InetAddress[] {InetAddress.getByAddress(name, new byte[] {8, 8, 8, 8})});

        assertThat(deliver(outbound, "https://receiver.example/hook"))
                .isInstanceOfSatisfying(
                        Unanswered.class, failure -> assertThat(failure.cause()).isEqualTo(Cause.UNTRUSTED));
        assertThat(asked.getFirst()).startsWith("CONNECT 8.8.8.8:443 HTTP/1.1");
        secure.close();
    }

    @Test
    void an_internal_address_is_refused_and_the_proxy_not_even_asked() throws Exception {
        Outbound outbound = outbound("", address -> false, InetAddress::getAllByName);

        assertThat(deliver(outbound, "https://169.254.169.254/"))
                .isInstanceOfSatisfying(
                        Unanswered.class, failure -> assertThat(failure.cause()).isEqualTo(Cause.FORBIDDEN));
        assertThat(asked).isEmpty();
    }

    @Test
    void a_proxy_that_refuses_is_called_the_reason() throws Exception {
        answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        Outbound outbound = outbound("", InetAddress::isLoopbackAddress, InetAddress::getAllByName);

        assertThat(deliver(outbound, "http://127.0.0.1:" + leadsTo))
                .isInstanceOfSatisfying(Unanswered.class, failure -> {
                    assertThat(failure.cause()).isEqualTo(Cause.UNREACHABLE);
                    assertThat(failure.sentence())
                            .contains("the proxy 127.0.0.1:%d answered \"HTTP/1.1 407 Proxy Authentication Required\""
                                    .formatted(proxy.getLocalPort()));
                });
    }

    private Outbound outbound(String user, Predicate<InetAddress> allowed, AddressGuard.Names names) {
        return new Outbound(
                allowed,
                new AddressGuard(allowed, names),
                Optional.of(URI.create("http://%s127.0.0.1:%d".formatted(user, proxy.getLocalPort()))),
                Clock.systemUTC(),
                Metrics.none().outbound());
    }

    private static Delivered deliver(Outbound outbound, String url) throws InterruptedException {
        return outbound.deliver(URI.create(url), Map.of(), "{}".getBytes(StandardCharsets.UTF_8), LIMIT, 100);
    }

    private void serve() {
        try {
            while (true) {
                Socket client = proxy.accept();
                Thread.ofVirtual().start(() -> tunnel(client));
            }
        } catch (SocketException e) {
            assertThat(proxy.isClosed()).isTrue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void tunnel(Socket client) {
        try (client;
                Socket target = new Socket(InetAddress.getLoopbackAddress(), leadsTo)) {
            var reader =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 1);
            StringBuilder head = new StringBuilder();
            for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                head.append(line).append('\n');
            }
            asked.add(head.toString());
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            Thread back = Thread.ofVirtual().start(() -> pipe(target, client));
            pipe(client, target);
            back.join();
        } catch (IOException e) {
            assertThat(e).as("one of the two went away").isNotNull();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pipe(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            assertThat(e).as("one of the two went away").isNotNull();
        }
    }

    private static void handshake(ServerSocket secure) {
        try (Socket socket = secure.accept()) {
            assertThat(socket.getInputStream().read()).isGreaterThanOrEqualTo(-1);
        } catch (IOException e) {
            assertThat(e).as("the client does not trust it").isNotNull();
        }
    }
}
