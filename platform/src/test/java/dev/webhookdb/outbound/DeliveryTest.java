package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.mail.TestCertificate;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Delivered.Answered;
import dev.webhookdb.outbound.Delivered.Cause;
import dev.webhookdb.outbound.Delivered.Unanswered;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints may do whatever they like: an attempt ends in time, takes little memory, and harms no other. */
class DeliveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int KEPT = 16 << 10;
    private static final String GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Request-Id: abc\r\n\r\nOK";

    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Outbound outbound = outbound(InetAddress::getAllByName);
    private ServerSocket server;

    /** What an endpoint does once it has read a request; returns whether it goes on. */
    @FunctionalInterface
    private interface Behaviour {
        boolean answer(OutputStream out) throws IOException, InterruptedException;
    }

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        server.close();
    }

    @Test
    void a_good_endpoint_gets_the_body_and_the_headers_over_one_connection_and_its_answer_is_kept() throws Exception {
        serve(out -> say(out, GOOD));

        for (int i = 0; i < 3; i++) {
            assertThat(deliver("/hook?a=b%2Fc&d=%20e")).isInstanceOfSatisfying(Answered.class, answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("x-request-id")).contains("abc");
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("OK");
            });
        }

        assertThat(connections).hasValue(1);
        assertThat(heads.getFirst())
                .startsWith("POST /hook?a=b%2Fc&d=%20e HTTP/1.1")
                .containsIgnoringCase("webhook-id: evt_1")
                .containsIgnoringCase("user-agent: WebhookDB-Webhooks/1.0")
                .containsIgnoringCase("content-length: 2")
                .containsOnlyOnce("WebhookDB");
    }

    @Test
    void a_user_and_a_password_in_the_url_are_sent_as_such_and_not_in_the_path() throws Exception {
        serve(out -> say(out, GOOD));

        URI url = URI.create("http://me:s%3Aecret@127.0.0.1:" + server.getLocalPort());
        assertThat(outbound.deliver(url, Map.of(), new byte[0], LIMIT, KEPT)).isInstanceOf(Answered.class);

        assertThat(heads.getFirst())
                .startsWith("POST / HTTP/1.1")
                .containsIgnoringCase("authorization: Basic bWU6czplY3JldA==");
    }

    @Test
    void a_connection_that_the_endpoint_closed_in_between_is_not_held_against_it() throws Exception {
        serve(out -> {
            say(out, GOOD);
            return false;
        });

        for (int i = 0; i < 5; i++) {
            assertThat(deliver("/")).isInstanceOf(Answered.class);
        }

        assertThat(heads).hasSize(5);
    }

    @Test
    void an_endpoint_that_hangs_is_left_when_the_time_is_up() throws Exception {
        serve(out -> {
            over.await();
            return false;
        });

        assertUnanswered(deliver("/"), Cause.TIMED_OUT, "127.0.0.1 did not answer within 2 s.");
    }

    @Test
    void an_endpoint_that_trickles_its_head_byte_by_byte_is_left_when_the_time_is_up() throws Exception {
        serve(out -> trickle(out, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(10_000)));

        assertUnanswered(deliver("/"), Cause.TIMED_OUT, "did not answer");
    }

    @Test
    void an_endpoint_that_says_a_status_and_trickles_the_rest_has_answered_when_the_time_is_up() throws Exception {
        serve(out -> {
            say(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbegin");
            return trickle(out, "x".repeat(10_000));
        });

        Delivered delivered = deliver("/");

        assertThat(delivered).isInstanceOfSatisfying(Answered.class, answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("beginx");
        });
        assertThat(delivered.took()).isBetween(LIMIT, LIMIT.plusSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10000000000", "Transfer-Encoding: chunked", "Connection: close"})
    void of_ten_gigabytes_only_the_begin_is_read(String length) throws Exception {
        serve(out -> {
            say(out, "HTTP/1.1 500 Oh\r\n" + length + "\r\n\r\n");
            byte[] piece = (length.contains("chunked") ? "10000\r\n" + "y".repeat(65536) + "\r\n" : "y".repeat(65536))
                    .getBytes(StandardCharsets.US_ASCII);
            for (long written = 0; written < 10_000_000_000L; written += 65536) {
                out.write(piece);
                sent.addAndGet(65536);
            }
            return false;
        });

        Delivered delivered = deliver("/");

        assertThat(delivered).isInstanceOfSatisfying(Answered.class, answer -> {
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).hasSize(KEPT);
        });
        assertThat(delivered.took()).isLessThan(LIMIT);
        assertThat(sent.get()).isLessThan(64 << 20);
    }

    @Test
    void a_hundred_megabytes_of_headers_are_no_answer() throws Exception {
        serve(out -> {
            say(out, "HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < 100_000; i++) {
                say(out, "X-%d: %s\r\n".formatted(i, "z".repeat(1_000)));
            }
            return false;
        });

        assertUnanswered(deliver("/"), Cause.MALFORMED, "not HTTP, or too large");
    }

    @Test
    void an_endless_line_is_no_answer() throws Exception {
        serve(out -> {
            byte[] piece = "q".repeat(65536).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 2_000; i++) {
                out.write(piece);
            }
            return false;
        });

        assertThat(deliver("/"))
                .isInstanceOfSatisfying(
                        Unanswered.class, failure -> assertThat(failure.cause()).isEqualTo(Cause.MALFORMED));
    }

    @Test
    void an_endpoint_that_closes_early_cut_the_connection() throws Exception {
        serve(out -> false);

        assertUnanswered(deliver("/"), Cause.CUT_OFF, "127.0.0.1 closed the connection before it answered.");
        assertThat(heads).as("asked once").hasSize(1);
    }

    @Test
    void an_endpoint_that_closes_within_its_answer_has_answered() throws Exception {
        serve(out -> {
            say(out, "HTTP/1.1 204 OK\r\nContent-Length: 100\r\n\r\nbe");
            return false;
        });

        assertThat(deliver("/"))
                .isInstanceOfSatisfying(
                        Answered.class, answer -> assertThat(answer.status()).isEqualTo(204));
    }

    @Test
    void an_answer_that_is_not_http_is_called_so() throws Exception {
        serve(out -> {
            say(out, "220 mail.example.com ESMTP\r\n\r\n");
            return false;
        });

        assertUnanswered(deliver("/"), Cause.MALFORMED, "not HTTP");
    }

    @Test
    void a_redirect_is_an_answer_and_not_followed() throws Exception {
        serve(out -> say(
                out,
                "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/in\r\nContent-Length: 0\r\n\r\n"
                        .formatted(server.getLocalPort())));

        assertThat(deliver("/"))
                .isInstanceOfSatisfying(
                        Answered.class,
                        answer -> assertThat(answer.header("location")).isPresent());
        assertThat(heads).hasSize(1);
    }

    @Test
    void nobody_listening_is_unreachable() throws Exception {
        int port = server.getLocalPort();
        server.close();

        assertUnanswered(
                outbound.deliver(URI.create("http://127.0.0.1:" + port), Map.of(), new byte[0], LIMIT, KEPT),
                Cause.UNREACHABLE,
                "127.0.0.1 could not be reached");
    }

    @Test
    void a_server_that_cannot_prove_who_it_is_gets_nothing(@TempDir Path directory) throws Exception {
        server.close();
        server = TestCertificate.make(directory, "dns:localhost,ip:127.0.0.1")
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        serve(out -> say(out, GOOD));

        assertUnanswered(
                outbound.deliver(
                        URI.create("https://127.0.0.1:" + server.getLocalPort()), Map.of(), new byte[0], LIMIT, KEPT),
                Cause.UNTRUSTED,
                "127.0.0.1 could not prove who it is");
        assertThat(heads).isEmpty();
    }

    @Test
    void a_name_that_nobody_knows_is_unknown() throws Exception {
        assertUnanswered(
                outbound.deliver(URI.create("https://nobody.invalid/"), Map.of(), new byte[0], LIMIT, KEPT),
                Cause.UNKNOWN_SERVER,
                "There is no server named nobody.invalid");
    }

    @Test
    void an_internal_address_is_refused_at_the_attempt() throws Exception {
        assertUnanswered(
                outbound.deliver(URI.create("https://10.1.2.3/"), Map.of(), new byte[0], LIMIT, KEPT),
                Cause.FORBIDDEN,
                "10.1.2.3 is an internal address");
    }

    @Test
    void a_name_that_is_public_when_it_is_judged_and_internal_when_it_is_called_is_refused() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve(out -> say(out, GOOD));
        Outbound strict =
                new Outbound(
                        address -> false,
                        new AddressGuard(address -> false, name -> new InetAddress[] {
                            InetAddress.getByName(asked.getAndIncrement() == 0 ? "8.8.8.8" : "127.0.0.1")
                        }),
                        Optional.empty(),
                        Clock.systemUTC(),
                        Metrics.none().outbound());

        Delivered delivered = strict.deliver(
                URI.create("https://rebinding.example:" + server.getLocalPort()), Map.of(), new byte[0], LIMIT, KEPT);

        assertUnanswered(delivered, Cause.FORBIDDEN, "rebinding.example is an internal address");
        assertThat(connections).hasValue(0);
    }

    @Test
    void a_name_service_that_hangs_holds_nobody_up() throws Exception {
        Outbound slow = outbound(name -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(name);
            }
            throw new UnknownHostException(name);
        });

        assertUnanswered(
                slow.deliver(URI.create("https://slow.example/"), Map.of(), new byte[0], LIMIT, KEPT),
                Cause.TIMED_OUT,
                "slow.example did not answer");
    }

    @Test
    void a_bad_endpoint_leaves_the_client_usable() throws Exception {
        AtomicInteger number = new AtomicInteger();
        serve(out -> {
            if (number.getAndIncrement() % 2 == 0) {
                say(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(100_000));
                return false;
            }
            return say(out, GOOD);
        });

        for (int i = 0; i < 10; i++) {
            Delivered delivered = deliver("/");
            assertThat(delivered).isInstanceOf(Answered.class);
            assertThat(((Answered) delivered).body()).hasSize(i % 2 == 0 ? KEPT : 2);
        }
    }

    private Delivered deliver(String path) throws InterruptedException {
        return outbound.deliver(
                URI.create("http://127.0.0.1:%d%s".formatted(server.getLocalPort(), path)),
                Map.of("webhook-id", "evt_1", "User-Agent", "WebhookDB-Webhooks/1.0"),
                "{}".getBytes(StandardCharsets.UTF_8),
                LIMIT,
                KEPT);
    }

    private static void assertUnanswered(Delivered delivered, Cause cause, String sentence) {
        assertThat(delivered).isInstanceOfSatisfying(Unanswered.class, failure -> {
            assertThat(failure.cause()).as(failure.sentence()).isEqualTo(cause);
            assertThat(failure.sentence()).contains(sentence);
        });
        assertThat(delivered.took()).isLessThan(LIMIT.plusSeconds(2));
    }

    private static Outbound outbound(AddressGuard.Names names) {
        return new Outbound(
                InetAddress::isLoopbackAddress,
                new AddressGuard(InetAddress::isLoopbackAddress, names),
                Optional.empty(),
                Clock.systemUTC(),
                Metrics.none().outbound());
    }

    private void serve(Behaviour behaviour) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> talk(socket, behaviour));
                }
            } catch (SocketException e) {
                assertThat(server.isClosed()).isTrue();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void talk(Socket socket, Behaviour behaviour) {
        try (socket) {
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            boolean more = true;
            while (more) {
                StringBuilder head = new StringBuilder();
                int length = 0;
                for (String line = reader.readLine(); ; line = reader.readLine()) {
                    if (line == null) {
                        return;
                    }
                    if (line.isEmpty()) {
                        break;
                    }
                    head.append(line).append('\n');
                    if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(line.substring(15).strip());
                    }
                }
                for (int i = 0; i < length; i++) {
                    assertThat(reader.read()).isNotNegative();
                }
                heads.add(head.toString());
                more = behaviour.answer(socket.getOutputStream());
            }
        } catch (IOException e) {
            assertThat(e).as("the client went away").isNotNull();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return true;
    }

    private boolean trickle(OutputStream out, String text) throws IOException, InterruptedException {
        for (int i = 0; i < text.length(); i++) {
            out.write(text.charAt(i));
            out.flush();
            if (over.await(50, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return false;
    }
}
