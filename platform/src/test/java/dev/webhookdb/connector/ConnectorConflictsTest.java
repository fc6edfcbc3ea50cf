package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An id and a service belong to one connector, and one that works is never stopped by another. */
class ConnectorConflictsTest extends WatchedDirectory {
    @Test
    void twinsAreBothRefused() {
        good("twin").writeTo(directory.resolve("twin-1.jar"));
        good("twin").manifest("Connector-Version", "2.0").writeTo(directory.resolve("twin-2.jar"));

        ConnectorRegistry registry = open();

        assertThat(registry.resources()).isEmpty();
        assertThat(refused("twin-1.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-2.jar (twin 2.0).");
        assertThat(refused("twin-2.jar").problem())
                .isEqualTo("The id 'twin' is also claimed by twin-1.jar (twin 1.2.3).");
        assertThat(refused("twin-2.jar").remedy()).isEqualTo("Keep one of them and remove the others.");
    }

    @Test
    void aTwinWorksAsSoonAsTheOtherIsGone() throws IOException {
        good("twin").writeTo(directory.resolve("twin-1.jar"));
        good("twin").writeTo(directory.resolve("twin-2.jar"));
        ConnectorRegistry registry = open();

        Files.delete(directory.resolve("twin-1.jar"));

        await().until(() -> registry.resource("twin_thing_v1").isPresent());
    }

    @Test
    void aServiceHasOneConnector() {
        for (String id : List.of("one", "other")) {
            good(id).resources("return List.of(resource(\"shared_v1\"));").writeTo(directory.resolve(id + ".jar"));
        }

        ConnectorRegistry registry = open();

        assertThat(registry.resources()).isEmpty();
        assertThat(refused("one.jar").problem())
                .isEqualTo("The service 'shared_v1' is also declared by other.jar (other 1.2.3).");
        assertThat(refused("other.jar").problem())
                .isEqualTo("The service 'shared_v1' is also declared by one.jar (one 1.2.3).");
        assertThat(refused("other.jar").remedy()).contains("rename the service");
    }

    @Test
    void aNewcomerDoesNotStopAConnectorInUse() {
        saying("busy", "first").writeTo(directory.resolve("busy-1.jar"));
        ConnectorRegistry registry = open();

        saying("busy", "second").writeTo(directory.resolve("busy-2.jar"));

        await().untilAsserted(() -> assertThat(refused("busy-2.jar").problem())
                .isEqualTo("The id 'busy' is also claimed by busy-1.jar (busy 1.2.3)."));
        assertThat(ready("busy-1.jar").notes())
                .containsExactly("busy-2.jar (busy 1.2.3) claims the same id; after a restart neither would work.");
        assertThat(said(registry, "busy")).isEqualTo("first");
    }
}
