package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connector that ends the process is named at the next start. */
class CallJournalTest {
    private static final String CALL = "fixture 1.2.3, in read for fixture_thing_v1";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.exit(3); return List.of();",
                "Runtime.getRuntime().halt(3); return List.of();",
                "List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); }"
            })
    void what_ended_the_process_is_said_after_the_next_start(String end) throws IOException, InterruptedException {
        TestConnector.named("fixture").read(end).writeTo(directory.resolve("connectors/fixture.jar"));

        String log = runInAProcess();

        if (end.startsWith("System")) {
            assertThat(log).contains("stopped by the code of a connector, which calls System.exit: " + CALL);
        }
        try (var registry = open()) {
            assertThat(notes(registry))
                    .singleElement()
                    .asString()
                    .contains(CALL)
                    .contains("may have ended the host");
        }
        try (var registry = open()) {
            assertThat(notes(registry)).as("it is said once").isEmpty();
        }
    }

    @Test
    void a_call_that_returned_is_forgotten_and_an_orderly_stop_leaves_nothing() {
        TestConnector.named("fixture").writeTo(directory.resolve("connectors/fixture.jar"));

        try (var registry = open()) {
            read(registry);
            assertThat(CallJournal.open(journal())).as("it has one owner").isEmpty();
        }

        assertThat(journal()).doesNotExist();
    }

    @Test
    void more_calls_than_there_is_room_for_are_not_remembered() {
        try (var journal = CallJournal.open(journal()).orElseThrow()) {
            byte[] entry = CallJournal.entry("x".repeat(1_000));
            List<Integer> slots = IntStream.range(0, 1_000)
                    .mapToObj(i -> journal.begin(entry))
                    .toList();
            assertThat(slots).filteredOn(slot -> slot >= 0).hasSize(256).doesNotHaveDuplicates();
            slots.forEach(journal::end);
            assertThat(journal.begin(entry)).isNotNegative();
        }
    }

    private Path journal() {
        return directory.resolve("data/connector-calls");
    }

    private ConnectorRegistry open() {
        return ConnectorRegistry.open(
                List.of(directory.resolve("connectors")), journal(), Promises.NONE, new BackgroundTasks());
    }

    private static List<String> notes(ConnectorRegistry registry) {
        return ((Installed.Ready) registry.all().getFirst()).notes();
    }

    private static void read(ConnectorRegistry registry) {
        registry.resource("fixture_thing_v1")
                .orElseThrow()
                .read(
                        Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]),
                        new Json.Null());
    }

    private String runInAProcess() throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CallJournalTest.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        return Files.readString(log);
    }

    /** The host that is ended: opens the connectors in a directory and calls one of them. */
    public static void main(String[] arguments) {
        var test = new CallJournalTest();
        test.directory = Path.of(arguments[0]);
        read(test.open());
    }
}
