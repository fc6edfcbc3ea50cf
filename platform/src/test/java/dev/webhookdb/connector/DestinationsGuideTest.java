package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the guide for authors of destinations compiles, loads and writes. */
class DestinationsGuideTest {
    private static final Path GUIDE = Path.of("../docs/destinations.md");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final DestinationTable TABLE = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            "things",
            "id",
            List.of(
                    new DestinationColumn("id", Column.Type.TEXT),
                    new DestinationColumn("note", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));

    @TempDir
    private Path directory;

    @Test
    void the_example_is_a_destination() throws IOException {
        InstalledDestination outcome = DestinationCheck.check(packaged());

        assertThat(guide())
                .contains(DestinationReport.render(outcome)
                        .replace("acme-1.0.0.jar", "webhookdb-destination-acme-1.0.0.jar"));
    }

    @Test
    void the_example_appends_rows() throws Exception {
        packaged();
        try (var registry = DestinationRegistry.open(directory, Duration.ofMillis(50), Duration.ofSeconds(5));
                var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> received = new CompletableFuture<>();
            Thread.startVirtualThread(() -> acknowledge(server, received));
            URI url = URI.create("acme://127.0.0.1:" + server.getLocalPort());
            LoadedDestination destination = registry.withScheme("acme").orElseThrow();
            destination.check(url);

            DestinationSession session =
                    destination.connect(Place.of(url, SocketFactory.getDefault(), Duration.ofSeconds(10)));
            session.write(TABLE, new Batch(List.of(Row.of(Arrays.asList("1", null), 7, false)), 7));
            session.close();

            assertThat(received.get()).containsExactly("things\t1\tnull\t7");
        }
    }

    private static void acknowledge(ServerSocket server, CompletableFuture<List<String>> received) {
        try (var socket = server.accept();
                var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            received.complete(List.of(lines.readLine()));
            socket.getOutputStream().write('+');
        } catch (IOException e) {
            received.completeExceptionally(e);
        }
    }

    private Path packaged() throws IOException {
        String example = CODE.matcher(guide())
                .results()
                .map((MatchResult code) -> code.group(1))
                .findFirst()
                .orElseThrow();
        return TestDestination.named("acme")
                .withoutFixture()
                .source("com.example.acme.AcmeDestination", example)
                .service("com.example.acme.AcmeDestination")
                .manifest("Destination-Version", "1.0.0")
                .writeTo(directory.resolve("acme-1.0.0.jar"));
    }

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }
}
