package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a provider's answers, over real HTTP. */
class CallRequestsTest {
    private static final String KEY = "sk_live_very_secret";

    private static final MemoryBudget BUDGET = new MemoryBudget("answers", 32 << 20);

    private final Deque<Prepared> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private HttpServer server;
    private AnswerMemory memory = AnswerMemory.small(BUDGET);

    /** What the server answers next. */
    private record Prepared(int status, String header, String value, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        memory.close();
    }

    @Test
    void aGoodAnswerIsReturned() throws Exception {
        answers.add(new Prepared(200, "X-More", "yes", "{\"a\":1}"));

        Http.Answer answer = get().query("types[]", "a b")
                .query("types[]", "c&d")
                .header("X-Mine", "1")
                .send();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().number("a").orElseThrow()).isEqualByComparingTo("1");
        assertThat(answer.text()).isEqualTo("{\"a\":1}");
        assertThat(answer.header("x-more")).contains("yes");
        assertThat(requests).containsExactly("/things?types%5B%5D=a%20b&types%5B%5D=c%26d");
    }

    @Test
    void aPassingFaultIsTriedAgain() throws Exception {
        answers.add(new Prepared(500, "X", "", "oops"));
        answers.add(new Prepared(200, "X", "", "{}"));

        assertThat(get().send().status()).isEqualTo(200);
        assertThat(requests).hasSize(2);
    }

    @Test
    void aFaultThatStaysIsAnInputOutputException() {
        for (int i = 0; i < 3; i++) {
            answers.add(new Prepared(503, "X", "", "<html>"));
        }

        assertThatThrownBy(() -> get().send())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Acme answered 503 to GET http://127.0.0.1");
        assertThat(requests).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aProviderThatAsksForAPauseGetsIt(int seconds) throws Exception {
        answers.add(new Prepared(429, "Retry-After", Integer.toString(seconds), ""));
        answers.add(new Prepared(200, "X", "", "{}"));

        get().send();

        assertThat(pauses).containsExactly(Duration.ofSeconds(seconds));
    }

    @Test
    void aPauseMayBeADate() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME
                .withLocale(Locale.ROOT)
                .format(Instant.now().plusSeconds(30).atOffset(ZoneOffset.UTC));
        answers.add(new Prepared(429, "Retry-After", date, ""));
        answers.add(new Prepared(200, "X", "", "{}"));

        get().send();

        assertThat(pauses).hasSize(1);
        assertThat(pauses.getFirst()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    @Test
    void aPauseThatIsTooLongIsLeftToTheCaller() {
        answers.add(new Prepared(429, "Retry-After", "3600", ""));

        assertThatThrownBy(() -> get().send()).isInstanceOf(IOException.class).hasMessageContaining("429");
        assertThat(pauses).containsExactly(Duration.ofHours(1));
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, SETTINGS",
        "402, SETTINGS",
        "403, SETTINGS",
        "301, SETTINGS",
        "302, SETTINGS",
        "307, SETTINGS",
        "308, SETTINGS",
        "404, GONE",
        "410, GONE"
    })
    void whatTheOperatorHasToMendIsSaidToThem(int status, Reason reason) {
        answers.add(new Prepared(status, "Location", "https://elsewhere.example.com/x?key=" + KEY, "bad key " + KEY));

        assertThatThrownBy(() -> get().send())
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining("Acme answered " + status)
                .hasMessageContaining("Check the key.")
                .hasMessageNotContaining(KEY);
        assertThat(requests).as("not asked again").hasSize(1);
    }

    @Test
    void whatNobodyExpectedIsTheAuthorsBusiness() {
        answers.add(new Prepared(422, "X", "", "{\"error\":\"no such filter\"}"));

        assertThatThrownBy(() -> get().send())
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNEXPECTED))
                .hasMessageContaining("no such filter");
    }

    @Test
    void aStatusThatTheCallAcceptsIsAnAnswer() throws Exception {
        answers.add(new Prepared(404, "X", "", "gone"));

        assertThat(get().accept(404).send().status()).isEqualTo(404);
    }

    @Test
    void aPageForBrowsersIsNotJson() throws Exception {
        answers.add(new Prepared(200, "Content-Type", "text/html", "<p>Maintenance</p>"));
        Http.Answer answer = get().send();

        assertThatThrownBy(answer::json)
                .isInstanceOf(IOException.class)
                .hasMessage("Acme answered with something that is not JSON (text/html, 18 bytes)");
    }

    @Test
    void theStateIsThatOfTheFirstRequestByTheProvidersClock() throws Exception {
        answers.add(new Prepared(200, "X", "", "{}"));
        answers.add(new Prepared(200, "X", "", "{}"));
        CallRequests conversation = conversation(address -> true);
        Instant before = Instant.now();

        conversation.get(url()).send();
        Instant first = conversation.asOf();
        conversation.get(url()).send();

        assertThat(conversation.asOf()).isEqualTo(first);
        assertThat(first).isBetween(before.minusSeconds(2), before.plusSeconds(1));
        assertThat(first).isEqualTo(first.truncatedTo(ChronoUnit.SECONDS));
    }

    @Test
    void plainHttpIsForAllowedAddressesOnly() {
        assertThatThrownBy(() -> conversation(address -> false).get(url()).send())
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SETTINGS))
                .hasMessageContaining("outbound.allow");
        assertThatThrownBy(() ->
                        conversation(address -> false).get("http://8.8.8.8/x").send())
                .hasMessageContaining("without encryption");
        assertThat(requests).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsTheAuthorsBusiness() {
        assertThatThrownBy(() ->
                        conversation(address -> true).get("orders?key=" + KEY).send())
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNEXPECTED))
                .hasMessageNotContaining(KEY);
    }

    private Http.Call get() {
        return conversation(address -> true).get(url()).bearer(Secret.of(KEY));
    }

    private String url() {
        return "http://127.0.0.1:%d/things".formatted(server.getAddress().getPort());
    }

    @Test
    void an_answer_that_outgrows_a_small_memory_is_not_read_on_and_a_large_one_takes_it() throws Exception {
        String text = "\"%s\"".formatted("x".repeat(2_000_000));
        answers.add(new Prepared(200, "X-Any", "thing", text));
        assertThatThrownBy(() -> get().send()).isInstanceOf(ConnectorException.class);
        assertThat(memory.outgrown()).isTrue();
        memory.close();
        assertThat(BUDGET.charged()).isZero();

        AtomicInteger ended = new AtomicInteger();
        memory = AnswerMemory.large(BUDGET, ended::incrementAndGet);
        answers.add(new Prepared(200, "X-Any", "thing", text));

        assertThat(get().send().json()).isEqualTo(new Json.Str("x".repeat(2_000_000)));
        assertThat(BUDGET.charged()).isGreaterThan(4_000_000);
        memory.close();
        memory.close();
        assertThat(BUDGET.charged()).isZero();
        assertThat(ended).hasValue(1);
    }

    @Test
    void an_answer_that_never_fits_is_refused_with_the_remedy() {
        memory = AnswerMemory.large(new MemoryBudget("pages", 1 << 20), () -> {});
        answers.add(new Prepared(200, "X-Any", "thing", "\"%s\"".formatted("x".repeat(2_000_000))));

        assertThatThrownBy(() -> get().send())
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SETTINGS))
                .hasMessageContaining("does not fit into memory")
                .hasMessageContaining("a larger heap");
    }

    private CallRequests conversation(Predicate<InetAddress> allowed) {
        Pace pace = new Pace() {
            @Override
            public void await() {}

            @Override
            public void pause(Duration time) {
                pauses.add(time);
            }
        };
        return new Outbound(allowed, Clock.systemUTC(), Metrics.none().outbound())
                .converse(
                        new CallRequests.Terms(
                                "Acme",
                                pace,
                                "Check the key.",
                                text -> text.replace(KEY, "[secret]"),
                                JsonReader::read,
                                JsonReader::weight),
                        memory);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestURI().toString());
        Prepared prepared = answers.remove();
        byte[] body = prepared.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set(prepared.header(), prepared.value());
        try (exchange) {
            exchange.sendResponseHeaders(prepared.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
