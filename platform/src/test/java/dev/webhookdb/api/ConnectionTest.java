package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.webhookdb.api.RawClient.Answer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.MemoryBudgets;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the web server does with bytes that no well-behaved client sends, and with clients of all ages. */
class ConnectionTest {
    private static final int LARGEST_BODY = 1 << 20;
    private static final MemoryBudget RECEIVED = new MemoryBudget("bodies", 4 << 20);
    private static final Duration SOON = Duration.ofSeconds(5);

    private static Listener server;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private RawClient client;

    @BeforeAll
    static void listen() {
        var limits = new Connections.Limits(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                LARGEST_BODY,
                RECEIVED,
                new MemoryBudget("requests", 1 << 20));
        var api = new Api(
                MemoryBudgets.ofHeap(),
                new BackgroundTasks(),
                LARGEST_BODY,
                rules -> rules.any("/echo", ConnectionTest::echo)
                        .get("/large", ConnectionTest::large)
                        .any(
                                "/unread",
                                (request, response) -> response.status(404).send("no")));
        server = api.listen("127.0.0.1", 0, address -> false, limits);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = RawClient.to(server.port());
        log.start();
        ((Logger) LoggerFactory.getLogger(Connection.class)).setLevel(Level.DEBUG);
        root().addAppender(log);
    }

    @AfterEach
    void nothing_was_logged_as_a_fault_and_no_memory_stays_charged() {
        client.close();
        root().detachAppender(log);
        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
        await().atMost(SOON).until(() -> RECEIVED.charged() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 16})
    void a_reader_with_a_small_buffer_gets_every_byte_of_a_large_answer(int megabytes) {
        try (RawClient slow = RawClient.to(server.port(), 2_048)) {
            Answer answer = slow.send("GET /large?%d HTTP/1.1\r\nHost: a\r\n\r\n".formatted(megabytes))
                    .answer();

            assertThat(answer.body().equals(new String(pattern(megabytes << 20), StandardCharsets.US_ASCII)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /echo HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody",
                "POST /echo HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody",
                "POST http://a/echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
                "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
                "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\nContent-Length: 4\r\n\r\nbody"
            })
    void an_old_request_and_one_that_asks_for_it_are_answered_and_the_connection_closes(String request) {
        String answer = client.send(request).rest();

        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nbody");
        assertThat(answer).doesNotContainIgnoringCase("chunked").doesNotContainIgnoringCase("keep-alive");
        assertThat(answer).containsIgnoringCase("Connection: close").contains("Content-Length: 4");
    }

    @Test
    void an_old_request_without_a_length_has_no_body() {
        assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").rest()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_connection_stays_open_for_more_requests_also_when_they_come_at_once() {
        String request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
        client.send(request + request + request.substring(0, 30));
        assertThat(client.answer().body()).isEqualTo("body");
        assertThat(client.answer().body()).isEqualTo("body");
        client.send(request.substring(30));
        assertThat(client.answer().body()).isEqualTo("body");
        client.send("POST http://a/echo HTTP/1.0\r\nContent-Length: 4\r\n\r\nlast");
        assertThat(client.rest()).startsWith("HTTP/1.1 200 ").endsWith("last");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody5",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\nbody",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\nbody\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-4\r\nbody\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET /echo\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"
            })
    void what_cannot_be_understood_is_400_and_the_connection_closes(String request) {
        String answer = client.send(request).rest();

        assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("Connection: close");
        assertThat(answer).contains("application/json").contains("\"message\":\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ec",
                "GET /echo HTTP/1.1\r\nHo",
                "POST /echo HTTP/1.0\r\nContent-",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf"
            })
    void half_a_request_is_400_and_closes(String request) {
        assertThat(client.send(request).finish().rest()).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ec",
                "GET /echo HTTP/1.1\r\nHo",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"
            })
    void who_vanishes_in_the_middle_is_no_fault_of_ours(String request) {
        client.send(request).close();

        try (RawClient other = RawClient.to(server.port())) {
            assertThat(other.send("GET /echo HTTP/1.0\r\n\r\n").rest()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ec",
                "GET /echo HTTP/1.1\r\nHost: a\r\nX:",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"
            })
    void who_falls_silent_in_the_middle_is_not_waited_for(String request) {
        client.send(request);

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void a_header_that_comes_one_byte_at_a_time_is_not_waited_for() throws IOException {
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                client.send("GET /echo HTTP/1.1\r\nHost: a\r\nX: ");
                while (true) {
                    client.send("y");
                    Thread.sleep(Duration.ofMillis(20));
                }
            } catch (UncheckedIOException e) {
                // that is what is expected
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(client.isClosed()).isTrue();
        drip.interrupt();
    }

    @Test
    void a_body_that_nobody_reads_is_not_asked_for_and_no_request() {
        client.send("POST /unread HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n");

        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.head()).containsIgnoringCase("Connection: close");
        client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void who_sends_a_large_body_that_nobody_reads_gets_the_answer_all_the_same() {
        client.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(LARGEST_BODY));
        client.send(new byte[LARGEST_BODY]);

        assertThat(client.answer().status()).isEqualTo(404);
    }

    @Test
    void a_chunk_is_not_kept_beyond_the_largest_body() {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n");

        assertThat(client.answer().status()).isEqualTo(413);
    }

    @Test
    void a_line_of_a_chunked_body_is_not_kept_beyond_the_largest_body() {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;");
        client.send("x".repeat(LARGEST_BODY + (200 << 10)));

        assertThat(client.answer().status()).isEqualTo(413);
    }

    @Test
    void chunks_that_do_not_fit_into_the_memory_that_is_left_are_refused_for_now() {
        MemoryBudget.Charge others = RECEIVED.tryCharge(RECEIVED.capacity()).orElseThrow();
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n80000\r\n");
        client.send(new byte[0x80000]);

        Answer answer = client.answer();
        others.close();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head()).containsIgnoringCase("Retry-After");
    }

    @Test
    void a_reader_who_takes_nothing_is_not_waited_for() {
        client.send("GET /large?16 HTTP/1.1\r\nHost: a\r\n\r\n");

        await().atMost(Duration.ofSeconds(10))
                .until(() -> log.list.stream()
                        .anyMatch(event -> event.getFormattedMessage().contains("somebody who takes an answer")));
    }

    static void echo(ServerRequest request, ServerResponse response) throws IOException {
        if (!request.content().hasEntity()) {
            response.send("nothing");
            return;
        }
        try (InputStream in = request.content().inputStream()) {
            response.header(HeaderNames.CONTENT_TYPE, "text/plain").send(in.readAllBytes());
        }
    }

    private static void large(ServerRequest request, ServerResponse response) {
        response.send(pattern(Integer.parseInt(request.query().rawValue()) << 20));
    }

    private static byte[] pattern(int size) {
        byte[] text = "0123456789abcdefghijklmnopqrstuvwxyz-".getBytes(StandardCharsets.US_ASCII);
        byte[] pattern = new byte[size];
        for (int i = 0; i < size; i++) {
            pattern[i] = text[i % text.length];
        }
        return pattern;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
