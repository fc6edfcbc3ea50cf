package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Start;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a destination does is a result, or a DestinationException with a sentence, within the limit. */
class LoadedDestinationTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    static final DestinationTable TABLE = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            "things",
            "id",
            List.of(
                    new DestinationColumn("id", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    private static final Batch BATCH = new Batch(List.of(), 1);

    @TempDir
    private Path directory;

    private Optional<DestinationRegistry> registry = Optional.empty();

    @AfterEach
    void close() {
        registry.ifPresent(DestinationRegistry::close);
    }

    @Test
    void a_good_destination_is_used_in_threads_of_its_own_with_its_own_class_loader() throws Exception {
        DestinationSession session =
                session("good", TestDestination.named("good").part("COUNT", """
                        Thread thread = Thread.currentThread();
                        boolean own = thread.getContextClassLoader() == Fixture.class.getClassLoader();
                        return OptionalLong.of(own && !thread.isVirtual() ? 1 : 0);
                        """));

        assertThat(session.open(TABLE, Start.empty()).position()).isEmpty();
        session.write(TABLE, BATCH);
        assertThat(session.count(TABLE)).hasValue(1);
        session.close();
        assertThatThrownBy(() -> session.write(TABLE, BATCH)).hasMessage("The session with Fixture has ended.");
    }

    @Test
    void a_url_is_refused_with_the_destinations_sentence() {
        LoadedDestination destination = load(
                "strict",
                TestDestination.named("strict")
                        .part(
                                "CHECK",
                                "if (url.getPath().isEmpty()) throw new IllegalArgumentException(\"Name a database.\");"));

        assertThatCode(() -> destination.check(URI.create("strict://host/database")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> destination.check(URI.create("strict://host")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Name a database.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            throw new IllegalArgumentException();        | It is no URL that Fixture can use; one looks like rude://host/database.
            throw new IllegalStateException("secret");   | Fixture failed in check with java.lang.IllegalStateException; the host's log says where. Report it to the destination's author.
            """)
    void a_check_that_fails_refuses_the_url_with_a_sentence(String check, String sentence) {
        LoadedDestination destination =
                load("rude", TestDestination.named("rude").part("CHECK", check));

        assertThatThrownBy(() -> destination.check(URI.create("rude://host")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            throw new DestinationException(DestinationException.Reason.ROWS, "Row 1 is too long.");          | ROWS    | Row 1 is too long.
            throw new DestinationException(DestinationException.Reason.SETTINGS, null);                      | TRANSIENT | Fixture failed in write with dev.webhookdb.spi.destination.DestinationException; the host's log says where. Report it to the destination's author.
            throw new DestinationException(null, "Row 1 is too long.");                                      | TRANSIENT | Fixture failed in write with dev.webhookdb.spi.destination.DestinationException; the host's log says where. Report it to the destination's author.
            Fixture.<RuntimeException>thrown(new java.io.IOException("Broken pipe"));                        | TRANSIENT | Fixture could not be reached in write: Broken pipe.
            Fixture.<RuntimeException>thrown(new java.sql.SQLException("password=secret"));                  | TRANSIENT | Fixture failed in write with java.sql.SQLException; the host's log says where. Report it to the destination's author.
            throw new Error("secret");                                                                       | TRANSIENT | Fixture failed in write with java.lang.Error; the host's log says where. Report it to the destination's author.
            throw new NoClassDefFoundError("com/example/Driver");                                            | TRANSIENT | Fixture failed in write: It needs the class com.example.Driver, which it does not bring along; the host's libraries are hidden from destinations.
            """)
    void whatever_is_thrown_is_a_sentence(String write, Reason reason, String sentence) throws Exception {
        DestinationSession session =
                session("throws", TestDestination.named("throws").part("WRITE", write));

        DestinationException thrown =
                catchThrowableOfType(DestinationException.class, () -> session.write(TABLE, BATCH));

        assertThat(thrown).hasMessage(sentence);
        assertThat(thrown.reason()).isEqualTo(reason);
    }

    @Test
    void null_is_no_result() throws Exception {
        DestinationSession session = session(
                "nothing",
                TestDestination.named("nothing").part("OPEN", "return null;").part("COUNT", "return null;"));

        assertThatThrownBy(() -> session.open(TABLE, Start.empty()))
                .isInstanceOf(DestinationException.class)
                .hasMessage("Fixture returned null from open. Report it to the destination's author.");
        assertThatThrownBy(() -> session.count(TABLE)).hasMessageStartingWith("Fixture returned null from count.");
        LoadedDestination sessionless =
                load("sessionless", TestDestination.named("sessionless").part("CONNECT", "return null;"));
        assertThatThrownBy(() -> sessionless.connect(place("sessionless")))
                .hasMessageStartingWith("Fixture returned null from connect.");
    }

    @Test
    void a_write_that_hangs_and_ignores_interrupts_is_given_up_and_its_session_closed() throws Exception {
        DestinationSession session =
                session("hangs", TestDestination.named("hangs").part("WRITE", "hangUntilClosed();"));

        DestinationException thrown =
                catchThrowableOfType(DestinationException.class, () -> session.write(TABLE, BATCH));

        assertThat(thrown).hasMessage("Fixture did not answer within 0.1 seconds.");
        assertThat(thrown.reason()).isEqualTo(Reason.TRANSIENT);
        await().until(() -> threads("hangs 1.2.3 write") == 0);
        assertThatThrownBy(() -> session.write(TABLE, BATCH)).hasMessage("The session with Fixture has ended.");
    }

    @Test
    void a_session_that_is_opened_too_late_is_closed() {
        LoadedDestination destination = load(
                "late",
                TestDestination.named("late")
                        .part("CONNECT", """
                        long end = System.nanoTime() + 1_500_000_000L;
                        while (System.nanoTime() < end) { Thread.interrupted(); LockSupport.parkNanos(1_000_000); }
                        return new Session();""")
                        .part("CLOSE", "System.setProperty(\"late.closed\", \"yes\");"));

        assertThatThrownBy(() -> destination.connect(place("late")))
                .hasMessage("Fixture did not answer within 0.1 seconds.");

        await().until(() -> "yes".equals(System.clearProperty("late.closed")));
    }

    @Test
    void an_interrupt_passes_through_and_ends_the_call() throws Exception {
        DestinationSession session =
                session("waits", TestDestination.named("waits").part("WRITE", "hangUntilClosed();"));
        var outcome = new CompletableFuture<Throwable>();
        Thread caller = Thread.startVirtualThread(() -> {
            try {
                session.write(TABLE, BATCH);
                outcome.complete(null);
            } catch (DestinationException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        await().until(() -> threads("waits 1.2.3 write") == 1);

        caller.interrupt();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        await().until(() -> threads("waits 1.2.3 write") == 0);
    }

    @Test
    void closing_ends_a_call_that_is_under_way() throws Exception {
        DestinationSession session = session(
                "busy",
                TestDestination.named("busy")
                        .part("COUNT", "hangUntilClosed(); throw new IllegalStateException(\"closed\");"));
        var outcome = new CompletableFuture<Throwable>();
        Thread.startVirtualThread(() -> {
            try {
                session.count(TABLE);
                outcome.complete(null);
            } catch (DestinationException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        await().until(() -> threads("busy 1.2.3 count") == 1);

        session.close();

        assertThat(outcome.get()).isInstanceOf(DestinationException.class);
    }

    @Test
    void close_throws_nothing_and_does_not_hang() throws Exception {
        DestinationSession rude =
                session("rude", TestDestination.named("rude").part("CLOSE", "throw new Error(\"secret\");"));
        DestinationSession slow =
                session("slow", TestDestination.named("slow").part("CLOSE", "LockSupport.parkNanos(30_000_000_000L);"));
        long begun = System.nanoTime();

        rude.close();
        slow.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void who_is_interrupted_closes_all_the_same_without_interrupting_that() throws Exception {
        DestinationSession session =
                session("stops", TestDestination.named("stops").part("CLOSE", """
                LockSupport.parkNanos(300_000_000L);
                System.setProperty("stops.interrupted", String.valueOf(Thread.interrupted()));"""));
        Thread.currentThread().interrupt();

        session.close();

        assertThat(Thread.interrupted()).isTrue();
        await().until(() -> "false".equals(System.clearProperty("stops.interrupted")));
    }

    @Test
    void calls_that_never_return_do_not_take_threads_without_end() {
        LoadedDestination destination = load(
                "stuck",
                TestDestination.named("stuck")
                        .part(
                                "CONNECT",
                                "while (true) { Thread.interrupted(); LockSupport.parkNanos(1_000_000_000L); }"));
        var waiting = new CompletableFuture<?>[DestinationCalls.MOST_LOST];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = CompletableFuture.runAsync(
                    () -> assertThatThrownBy(() -> destination.connect(place("stuck")))
                            .hasMessageContaining("did not answer"),
                    Thread::startVirtualThread);
        }
        CompletableFuture.allOf(waiting).join();

        assertThatThrownBy(() -> destination.connect(place("stuck")))
                .hasMessage(
                        "Fixture is suspended, because 100 calls of it do not return; restart the host if this lasts.");
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    private DestinationSession session(String id, TestDestination written)
            throws DestinationException, InterruptedException {
        return load(id, written).connect(place(id));
    }

    private LoadedDestination load(String id, TestDestination written) {
        written.writeTo(directory.resolve(id + ".jar"));
        registry.ifPresent(DestinationRegistry::close);
        DestinationRegistry opened = DestinationRegistry.open(directory, Duration.ofMillis(50), Duration.ofSeconds(5));
        registry = Optional.of(opened);
        return opened.withScheme(id)
                .orElseThrow(() -> new AssertionError(opened.all().toString()));
    }

    private static Place place(String scheme) {
        return Place.of(URI.create(scheme + "://user:secret@host"), SocketFactory.getDefault(), LIMIT);
    }
}
