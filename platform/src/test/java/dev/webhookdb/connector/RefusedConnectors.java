package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** Writes connectors with a mistake, and expects their refusal. */
abstract class RefusedConnectors {
    @TempDir
    Path directory;

    Path jar() {
        return directory.resolve("fixture.jar");
    }

    void assertRefused(UnaryOperator<TestConnector> mistake, String problem, String remedy) {
        assertRefused(mistake.apply(TestConnector.named("broken")).writeTo(jar()), problem, remedy);
    }

    static void assertRefused(Path file, String problem, String remedy) {
        assertThat(ConnectorCheck.check(file)).isInstanceOfSatisfying(Installed.Refused.class, refused -> {
            assertThat(refused.path()).isEqualTo(file);
            assertThat(refused.problem()).contains(problem).endsWith(".");
            assertThat(refused.remedy()).contains(remedy).endsWith(".");
        });
    }
}
