package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.InstalledDestination;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginReportsTest {
    private static final InstalledDestination.Ready READY = new InstalledDestination.Ready(
            Path.of("good.jar"), "good", "1.0", "Good", List.of("good"), "good://host", List.of());
    private static final InstalledDestination.Refused REFUSED =
            new InstalledDestination.Refused(Path.of("bad.jar"), "It names no destination.", "Name one.");

    @Test
    void a_refused_connector_keeps_a_strict_host_from_starting() {
        List<Installed> all = List.of(
                new Installed.Refused(Path.of("bad.jar"), "It names no connector.", "Name one."),
                new Installed.Refused(Path.of("worse.jar"), "It is empty.", "Copy it again."));

        assertThatThrownBy(() -> PluginReports.requireGoodConnectors(all))
                .hasMessage("2 connectors were refused, and connectors.strict is on. "
                        + "The first: bad.jar: It names no connector. Name one.");
    }

    @Test
    void a_refused_destination_keeps_a_strict_host_from_starting() {
        assertThatThrownBy(() -> PluginReports.requireGoodDestinations(List.of(READY, REFUSED)))
                .hasMessage("A destination was refused, and destinations.strict is on. "
                        + "bad.jar: It names no destination. Name one.");
    }

    @Test
    void a_strict_host_starts_with_what_is_good() {
        assertThatCode(() -> PluginReports.requireGoodDestinations(List.of(READY)))
                .doesNotThrowAnyException();
        assertThatCode(() -> PluginReports.requireGoodConnectors(List.of())).doesNotThrowAnyException();
    }
}
