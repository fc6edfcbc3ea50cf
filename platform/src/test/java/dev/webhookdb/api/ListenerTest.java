package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.api.RawClient.Answer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a host stops listening without failing anybody's request. */
class ListenerTest {
    private static final Duration LINGER = Duration.ofMillis(600);
    private static final String REQUEST = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "connection: close";

    private final CountDownLatch slow = new CountDownLatch(1);
    private final CountDownLatch working = new CountDownLatch(1);
    private Listener listener;
    private Thread stopping = Thread.ofVirtual().unstarted(() -> {});
    private RawClient client;

    @BeforeEach
    void listen() {
        var budgets = MemoryBudgets.ofHeap();
        var standard = Connections.Limits.standard(1 << 20, budgets);
        var limits = new Connections.Limits(
                standard.head(),
                standard.silence(),
                standard.rest(),
                LINGER,
                1 << 20,
                standard.received(),
                standard.requests());
        listener = new Api(
                        budgets,
                        new BackgroundTasks(),
                        1 << 20,
                        rules -> rules.any("/echo", ConnectionTest::echo).get("/slow", (request, response) -> {
                            working.countDown();
                            slow.await();
                            response.send("done");
                        }))
                .listen("127.0.0.1", 0, address -> false, limits);
        client = RawClient.to(listener.port());
    }

    @AfterEach
    void end() throws InterruptedException {
        slow.countDown();
        client.close();
        stopping.join();
        listener.close();
    }

    @Test
    void a_request_on_a_connection_that_is_kept_is_answered_with_the_word_that_it_was_the_last() {
        assertThat(client.send(REQUEST).answer().head()).doesNotContainIgnoringCase(LAST);
        stop();

        Answer last = client.send(REQUEST).answer();

        assertThat(last.status()).isEqualTo(200);
        assertThat(last.head()).containsIgnoringCase(LAST);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void a_request_whose_head_and_body_still_come_is_answered() {
        client.send("POST /echo HT");
        stop();

        client.send("TP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo").send("dy");

        Answer last = client.answer();
        assertThat(last.body()).isEqualTo("body");
        assertThat(last.head()).containsIgnoringCase(LAST);
    }

    @Test
    void a_connection_that_was_just_made_is_served() {
        stop();

        assertThat(client.send(REQUEST).answer().status()).isEqualTo(200);
    }

    @Test
    void a_request_under_way_is_answered_with_the_word_that_it_was_the_last() throws InterruptedException {
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        working.await();
        stop();
        slow.countDown();

        Answer last = client.answer();

        assertThat(last.body()).isEqualTo("done");
        assertThat(last.head()).containsIgnoringCase(LAST);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void nobody_is_waited_for_who_wants_nothing() throws InterruptedException {
        client.send(REQUEST).answer();
        stop();

        assertThat(client.isClosed()).isTrue();
        assertThat(stopping.join(Duration.ofSeconds(2))).isTrue();
    }

    /** Goes on as soon as nobody can connect any more. */
    private void stop() {
        int port = listener.port();
        stopping = Thread.ofVirtual().start(listener::close);
        await().pollInterval(Duration.ofMillis(5)).until(() -> !takesConnections(port));
    }

    private static boolean takesConnections(int port) {
        try {
            RawClient.to(port).close();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
