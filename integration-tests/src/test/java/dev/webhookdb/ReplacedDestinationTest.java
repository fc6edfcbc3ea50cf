package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestDestination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newer destination takes the place of an older one in the middle of a copy, which goes on after its current batch. */
class ReplacedDestinationTest {
    private static final int ROWS = 60;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void a_copy_goes_on_with_the_newer_one() throws Exception {
        install("1.0");
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Person person = Person.loggedIn(host, "replaced@example.com");
            Made customers = person.integrate("stripe_customer_v1");
            IntStream.range(0, ROWS)
                    .forEach(i -> assertThat(host.send(
                                            customers.id(),
                                            StripeEvents.customer(
                                                    "cus_" + i,
                                                    "customer.created",
                                                    "a@example.com",
                                                    1_700_000_000L,
                                                    "evt_" + i))
                                    .status())
                            .isEqualTo(202));
            await().atMost(SOON).until(() -> person.ids(customers).size() == ROWS);

            person.post(
                    person.own("/sync_targets/db/create"),
                    Map.of(
                            "service_integration_identifier", customers.id(),
                            "connection_url", "kept://host/database",
                            "period_seconds", "3600",
                            "page_size", "1"));
            await().atMost(SOON).until(() -> written().size() >= 3);
            install("2.0");

            await().atMost(SOON).until(() -> written().size() >= ROWS);
            assertThat(written().stream().map(line -> line.split(" ", -1)[1]).toList())
                    .as("every row once, in order")
                    .hasSize(ROWS)
                    .doesNotHaveDuplicates();
            List<String> releases =
                    written().stream().map(line -> line.split(" ", -1)[0]).toList();
            assertThat(releases).isSorted().contains("1.0", "2.0");
        }
    }

    private List<String> written() throws IOException {
        Path log = directory.resolve("written");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /** A destination that writes down how far it is, and takes a tenth of a second for that. */
    private void install(String version) {
        TestDestination.named("kept")
                .manifest("Destination-Version", version)
                .write("""
                        try {
                            java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), "%s " + batch.position() + "\\n",
                                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
                        } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
                        Thread.sleep(100);""".formatted(directory.resolve("written"), version))
                .writeTo(directory.resolve("destinations/kept.jar"));
    }
}
