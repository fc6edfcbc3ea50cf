package dev.webhookdb.destinations.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.webhookdb.destinations.sqs.Front.Reply;
import dev.webhookdb.destinations.sqs.Front.Request;
import dev.webhookdb.destinations.sqs.Reader.Received;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.RowJson;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import dev.webhookdb.testkit.JsonReading;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is peculiar to SQS, seen from a consumer, and from a front that makes trouble. */
class SqsSessionTest {
    private static final ElasticMq SERVER = ElasticMq.shared();
    private static final String SEND = "SendMessageBatch";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Front front;

    private final String queue = "kit_" + UUID.randomUUID().toString().substring(0, 8) + ".fifo";
    private final DestinationTable table = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            "charge",
            "charge_id",
            List.of(
                    new DestinationColumn("pk", Column.Type.BIGINT),
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn("note", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));

    @BeforeAll
    static void beginAll() throws Exception {
        front = new Front(SERVER);
    }

    @BeforeEach
    void begin() {
        SERVER.make(queue);
        front.clear();
    }

    @AfterAll
    static void endAll() {
        front.close();
    }

    @Test
    void aQueueKeepsNoPosition() throws Exception {
        try (DestinationSession session = connect()) {
            assertThat(session.open(table, Start.at(7)).position())
                    .isEqualTo(Standing.unknown().position());
            session.write(table, new Batch(List.of(), 9));
        }
        assertThat(front.requests()).extracting(Request::operation).doesNotContain(SEND);
    }

    @Test
    void whatWasDeletedIsAMessageThatSaysSo() throws Exception {
        write(row("ch_0", 1, "first"));
        write(Row.of(List.of("1", "ch_0", "last"), 2, true));
        assertThat(taken())
                .extracting(Received::change, one -> one.truth("deleted"))
                .containsExactly(tuple(1L, false), tuple(2L, true));
    }

    @Test
    void theStatesOfARowComeInTheirOrder() throws Exception {
        int keys = 25;
        int states = 8;
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            for (int i = 0; i < states; i++) {
                long after = (long) i * keys;
                session.write(
                        table,
                        batch(IntStream.range(0, keys)
                                .mapToObj(key -> row("ch_" + key, after + key + 1, "note"))
                                .toList()));
            }
        }
        Map<String, List<Long>> changes = taken().stream()
                .collect(Collectors.groupingBy(
                        one -> one.text("key"), Collectors.mapping(Received::change, Collectors.toList())));
        assertThat(changes).hasSize(keys);
        assertThat(changes.values())
                .allSatisfy(some -> assertThat(some).hasSize(states).isSorted());
    }

    @Test
    void requestsStayWithinWhatAQueueTakes() throws Exception {
        List<Row> rows = IntStream.range(0, 25)
                .mapToObj(i -> row("ch_" + i, i + 1L, "x".repeat(i % 3 == 0 ? 100_000 : 10)))
                .toList();
        write(rows.toArray(Row[]::new));
        assertThat(sent()).allSatisfy(request -> {
            List<Json.Obj> entries = entries(request);
            assertThat(entries).hasSizeLessThanOrEqualTo(10);
            assertThat(entries.stream()
                            .mapToInt(one -> text(one, "MessageBody").length())
                            .sum())
                    .isLessThanOrEqualTo(256 * 1024);
        });
        assertThat(taken()).hasSize(rows.size());
    }

    @Test
    void aMessageThatFailedIsSentAgainAlone() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        front.answer(request -> isSending(request) && failures.getAndIncrement() == 0
                ? Optional.of(withoutThird(request, "InternalError", false))
                : Optional.empty());
        write(rows(10));
        assertThat(sent()).extracting(request -> entries(request).size()).containsExactly(10, 1);
        assertThat(taken()).extracting(one -> one.text("key")).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aMessageThatIsThrottledForEverIsToldInTime() throws Exception {
        front.answer(
                request -> isSending(request) ? Optional.of(failed(request, "RequestThrottled")) : Optional.empty());
        try (DestinationSession session = connect(front.url(queue), Duration.ofSeconds(1))) {
            refused(Reason.TRANSIENT, "did not take 3 messages", () -> session.write(table, batch(List.of(rows(3)))));
        }
    }

    @Test
    void aMessageThatIsRefusedForWhatIsInItRefusesRowsAndTheSessionGoesOn() throws Exception {
        front.answer(request -> isSending(request) && request.body().contains("poison")
                ? Optional.of(withoutThird(request, "InvalidMessageContents", true))
                : Optional.empty());
        try (DestinationSession session = connect()) {
            Row[] rows = {row("ch_0", 1, "a"), row("ch_1", 2, "b"), row("ch_2", 3, "poison"), row("ch_3", 4, "d")};
            refused(Reason.ROWS, "InvalidMessageContents", () -> session.write(table, batch(List.of(rows))));
            session.write(table, batch(List.of(rows[0], rows[1])));
            session.write(table, batch(List.of(rows[3])));
        }
        assertThat(taken()).extracting(one -> one.text("key")).containsExactlyInAnyOrder("ch_0", "ch_1", "ch_3");
    }

    @ParameterizedTest
    @CsvSource({
        "403,RequestThrottled,1",
        "400,ThrottlingException,1",
        "503,ServiceUnavailable,6",
        "500,InternalFailure,6"
    })
    void aBusyQueueIsAskedAgain(int status, String code, int times) throws Exception {
        AtomicInteger failures = new AtomicInteger();
        front.answer(request -> isSending(request) && failures.getAndIncrement() < times
                ? Optional.of(Reply.error(status, code))
                : Optional.empty());
        write(rows(3));
        assertThat(taken()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "403,RequestThrottled,TRANSIENT,busy",
        "503,ServiceUnavailable,TRANSIENT,busy",
        "403,AccessDenied,SETTINGS,sqs:SendMessage",
        "403,InvalidClientTokenId,SETTINGS,access key",
        "400,QueueDoesNotExist,SETTINGS,no such queue",
        "400,KmsAccessDenied,SETTINGS,encrypted",
        "400,SomethingNew,TRANSIENT,SomethingNew"
    })
    void aFailureIsExplained(int status, String code, Reason reason, String words) {
        front.answer(request -> Optional.of(Reply.error(status, code)));
        refused(reason, words, () -> connect().close());
    }

    @Test
    void whatDoesNotSpeakTheProtocolIsToldFromAQueue() {
        front.answer(request -> Optional.of(new Reply(404, "<html>Not found</html>")));
        refused(Reason.SETTINGS, "not Amazon SQS", () -> connect().close());
    }

    @Test
    void aQueueThatIsNotThereIsForSomebodyToMake() {
        refused(
                Reason.SETTINGS,
                "no such queue",
                () -> connect(front.url("none.fifo"), PATIENCE).close());
    }

    @Test
    void nothingIsSentOverTheInternetWithoutEncryption() {
        URI url = URI.create("sqs://key:secret@192.0.2.1/1/a.fifo?tls=false");
        refused(
                Reason.SETTINGS,
                "without encryption",
                () -> connect(url, PATIENCE).close());
    }

    @Test
    void whatWasInHandWhenASessionEndedIsThereOnceWhenItWasSentAgain() throws Exception {
        Row[] rows = rows(200);
        CountDownLatch some = new CountDownLatch(11);
        CountDownLatch goOn = new CountDownLatch(1);
        front.answer(request -> {
            if (isSending(request)) {
                some.countDown();
                if (some.getCount() == 0) {
                    awaited(goOn);
                }
            }
            return Optional.empty();
        });
        DestinationSession session = connect();
        List<Exception> failures = new ArrayList<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                session.write(table, batch(List.of(rows)));
            } catch (DestinationException | InterruptedException e) {
                failures.add(e);
            }
        });
        awaited(some);
        session.close();
        goOn.countDown();
        assertThat(writer.join(PATIENCE)).isTrue();
        assertThat(failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.TRANSIENT));
        write(rows);
        assertThat(taken())
                .extracting(one -> one.text("key"))
                .hasSize(rows.length)
                .doesNotHaveDuplicates();
    }

    @Test
    void anInterruptedSessionEnds() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        front.answer(request -> {
            if (isSending(request)) {
                asked.countDown();
                awaited(never);
            }
            return Optional.empty();
        });
        Set<Class<?>> failures = new HashSet<>();
        try (DestinationSession session = connect()) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    session.write(table, batch(List.of(rows(30))));
                } catch (DestinationException | InterruptedException e) {
                    failures.add(e.getClass());
                }
            });
            awaited(asked);
            writer.interrupt();
            assertThat(writer.join(PATIENCE)).isTrue();
        } finally {
            never.countDown();
        }
        assertThat(failures).containsExactly(InterruptedException.class);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "",
                " ",
                "\ufffe\uffff",
                "\u0001\u001f\u007f\u0085",
                "\ud83d\ude00 \u20ac",
                "say \"hello\" \\ </body> ]]>",
                "k".repeat(1_000),
                "\u20ac".repeat(1_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void keysAndValuesComeAsTheyAre(String text) throws Exception {
        write(row(text, 1, text));
        assertThat(taken()).singleElement().satisfies(one -> {
            assertThat(one.text("key")).isEqualTo(text);
            assertThat(text((Json.Obj) one.field("row").orElseThrow(), "note")).isEqualTo(text);
        });
    }

    @Test
    void aRowOfAMegabyteIsNamed() throws Exception {
        write(row("ch_0", 1, "x".repeat(1 << 20)), row("ch_1", 2, "short"));
        assertThat(taken()).hasSize(2).anySatisfy(one -> {
            assertThat(one.text("key")).isEqualTo("ch_0");
            assertThat(one.truth("thin")).isTrue();
            assertThat(one.field("row")).isEmpty();
        });
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refused(Reason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    /** Lets the queue have all messages but the third, and says that this one failed. */
    private static Reply withoutThird(Request request, String code, boolean sendersFault) {
        List<Json.Obj> entries = new ArrayList<>(entries(request));
        entries.remove(2);
        String others = entries.stream().map(SqsSessionTest::json).collect(Collectors.joining(","));
        String url = text((Json.Obj) JsonReading.read(request.body()), "QueueUrl");
        Reply reply = front.forwarded(SEND, "{\"QueueUrl\":\"%s\",\"Entries\":[%s]}".formatted(url, others));
        String body = reply.body().replaceAll(",?\"Failed\":\\[]", "");
        return new Reply(
                reply.status(),
                body.substring(0, body.length() - 1) + ",\"Failed\":[" + failure("2", code, sendersFault) + "]}");
    }

    private static Reply failed(Request request, String code) {
        return new Reply(
                200,
                "{\"Successful\":[],\"Failed\":[%s]}"
                        .formatted(entries(request).stream()
                                .map(one -> failure(text(one, "Id"), code, true))
                                .collect(Collectors.joining(","))));
    }

    private static String failure(String id, String code, boolean sendersFault) {
        return "{\"Id\":\"%s\",\"Code\":\"%s\",\"SenderFault\":%b,\"Message\":\"As the test wants it.\"}"
                .formatted(id, code, sendersFault);
    }

    /** Returns an entry as JSON: all its members are texts. */
    private static String json(Json.Obj entry) {
        return entry.fields().keySet().stream()
                .map(name -> RowJson.text(name) + ":" + RowJson.text(text(entry, name)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static boolean isSending(Request request) {
        return request.operation().equals(SEND);
    }

    private List<Request> sent() {
        return front.requests().stream().filter(SqsSessionTest::isSending).toList();
    }

    private static List<Json.Obj> entries(Request request) {
        Json entries = ((Json.Obj) JsonReading.read(request.body())).fields().get("Entries");
        return ((Json.Arr) entries).items().stream().map(Json.Obj.class::cast).toList();
    }

    private static String text(Json.Obj object, String name) {
        return ((Json.Str) object.fields().get(name)).value();
    }

    private List<Received> taken() {
        return Reader.take(SERVER, queue);
    }

    private void write(Row... rows) throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, batch(List.of(rows)));
        }
    }

    private static Batch batch(List<Row> rows) {
        return new Batch(rows, rows.getLast().change());
    }

    private static Row[] rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> row("ch_" + i, i + 1L, "note"))
                .toArray(Row[]::new);
    }

    private static Row row(String key, long change, String note) {
        return Row.of(Arrays.asList("1", key, note), change, false);
    }

    private DestinationSession connect() throws Exception {
        return connect(front.url(queue), PATIENCE);
    }

    private static DestinationSession connect(URI url, Duration timeout) throws Exception {
        return new SqsDestination().connect(Place.of(url, SocketFactory.getDefault(), timeout));
    }
}
