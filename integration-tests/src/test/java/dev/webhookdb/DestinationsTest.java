package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.connector.TestDestination;
import dev.webhookdb.spi.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator sees which destinations a host has, and why others are not used. */
class DestinationsTest {
    @TempDir
    private Path directory;

    @Test
    void a_destination_that_is_dropped_in_is_listed_and_one_that_is_none_is_refused() throws Exception {
        Path destinations = Files.createDirectory(directory.resolve("destinations"));
        TestConnector.named("astray").writeTo(destinations.resolve("astray.jar"));

        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            assertThat(listed(host)).singleElement().satisfies(one -> {
                assertThat(one.text("state")).contains("refused");
                assertThat(one.text("path"))
                        .contains(destinations.resolve("astray.jar").toString());
                assertThat(one.text("problem")).contains("It is a connector: put it into connectors/.");
                assertThat(one.text("remedy")).isPresent();
            });

            TestDestination.named("late").writeTo(destinations.resolve("late.jar"));

            await().until(() -> listed(host).size() == 2);
            assertThat(listed(host).getLast()).satisfies(one -> {
                assertThat(one.text("state")).contains("ready");
                assertThat(one.text("id")).contains("late");
                assertThat(one.text("version")).contains("1.2.3");
                assertThat(one.items("schemes")).containsExactly(new Json.Str("late"));
                assertThat(one.text("example")).contains("late://host/database");
                assertThat(one.items("notes")).isEmpty();
            });
            assertThat(host.call("GET", "/v1/operator/destinations", new byte[0], Map.of())
                            .status())
                    .isEqualTo(401);
        }
    }

    /** But for the one that every host of these tests has. */
    private static List<Json> listed(RunningHost host) {
        return host.operator("GET", "/destinations", "").json().items("items").stream()
                .filter(one -> !one.text("id").equals(Optional.of("postgresql")))
                .toList();
    }
}
