package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.connector.TestDestination;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the operator wants that, a host does not start beside a JAR that is refused. */
class StrictTest {
    @TempDir
    private Path directory;

    @Test
    void a_refused_connector_ends_the_start_and_is_named_with_the_remedy() throws Exception {
        Path refused = jar("connectors");
        TestDestination.named("astray").writeTo(refused);

        assertThatThrownBy(() -> RunningHost.start(directory, Map.of("WEBHOOKDB_CONNECTORS_STRICT", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "A connector was refused, and connectors.strict is on. %s: It is a destination: put it into destinations/. Move it from the directory of connectors to that of destinations."
                                .formatted(refused));

        Files.delete(refused);
        RunningHost.start(directory, Map.of("WEBHOOKDB_CONNECTORS_STRICT", "true"))
                .close();
    }

    @Test
    void a_refused_destination_ends_the_start_and_is_named_with_the_remedy() throws Exception {
        Path refused = jar("destinations");
        TestConnector.named("astray").writeTo(refused);

        assertThatThrownBy(() -> RunningHost.start(directory, Map.of("WEBHOOKDB_DESTINATIONS_STRICT", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "A destination was refused, and destinations.strict is on. %s: It is a connector: put it into connectors/. Move it from the directory of destinations to that of connectors."
                                .formatted(refused));

        Files.delete(refused);
        RunningHost.start(directory, Map.of("WEBHOOKDB_DESTINATIONS_STRICT", "true"))
                .close();
    }

    @Test
    void without_that_the_host_starts_beside_both() throws Exception {
        TestDestination.named("astray").writeTo(jar("connectors"));
        TestConnector.named("astray").writeTo(jar("destinations"));

        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            assertThat(host.call("GET", "/healthz", new byte[0], Map.of()).status())
                    .isEqualTo(200);
        }
    }

    private Path jar(String kind) throws Exception {
        return Files.createDirectories(directory.resolve(kind)).resolve("astray.jar");
    }
}
