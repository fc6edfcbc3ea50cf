package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.api.RawClient.Answer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes that are put in the place of others while somebody is served. */
class FrontTest {
    private final MemoryBudgets budgets = MemoryBudgets.ofHeap();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final CountDownLatch working = new CountDownLatch(1);
    private final Front front =
            new Front(rules -> rules.any("/echo/{id}", ConnectionTest::echo).get("/slow", (request, response) -> {
                working.countDown();
                slow.await();
                response.send("done");
            }));
    private Listener listener;
    private RawClient client;

    @BeforeEach
    void listen() {
        listener = new Api(budgets, new BackgroundTasks(), 1 << 20, front).listen("127.0.0.1", 0, address -> false);
        client = RawClient.to(listener.port());
    }

    @AfterEach
    void end() {
        slow.countDown();
        client.close();
        listener.close();
    }

    @Test
    void at_first_there_are_few_routes_and_everything_else_is_to_be_tried_again() {
        assertThat(post("/echo/1?a=b", "body")).isEqualTo("200 body");

        Answer other =
                client.send("GET /v1/organizations HTTP/1.1\r\nHost: a\r\n\r\n").answer();
        assertThat(other.status()).isEqualTo(503);
        assertThat(other.head()).containsIgnoringCase("retry-after: 5");
        assertThat(other.body()).contains("database_away", "only webhooks are taken. Try again later.");
    }

    @Test
    void a_connection_that_was_made_before_gets_to_the_new_routes() {
        assertThat(post("/echo/1", "before")).isEqualTo("200 before");

        front.replace(new Api(
                budgets,
                new BackgroundTasks(),
                1 << 20,
                rules -> rules.post(
                        "/other/{id}",
                        (request, response) ->
                                response.send(request.path().pathParameters().get("id")))));

        assertThat(post("/other/42", "")).isEqualTo("200 42");
        assertThat(post("/echo/1", "")).startsWith("404 ").contains("There is nothing at this path.");
    }

    @Test
    void a_request_under_way_is_answered_by_the_routes_of_before() throws InterruptedException {
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        working.await();

        front.replace(new Api(budgets, new BackgroundTasks(), 1 << 20));
        slow.countDown();

        assertThat(client.answer().body()).isEqualTo("done");
        assertThat(post("/slow", "")).startsWith("404 ");
    }

    private String post(String path, String body) {
        Answer answer = client.send("POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, body.length(), body))
                .answer();
        return answer.status() + " " + answer.body();
    }
}
