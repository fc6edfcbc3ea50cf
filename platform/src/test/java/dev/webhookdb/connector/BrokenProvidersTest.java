package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A connector names one class that can be used. */
class BrokenProvidersTest extends RefusedConnectors {
    @Test
    void aConnectorNeedsAServiceFile() {
        assertRefused(
                fixture -> fixture.service(""),
                "It names no connector: META-INF/services/dev.webhookdb.spi.Connector is missing or empty.",
                "a shaded JAR has to merge service files");
    }

    @Test
    void aServiceFileNamesOneConnector() {
        assertRefused(
                fixture -> fixture.service("fixture.Fixture\nfixture.Other"),
                "It names more than one connector: fixture.Fixture, fixture.Other.",
                "Make each connector a JAR of its own.");
    }

    @Test
    void aServiceFileMayHaveCommentsAndRepetitions() {
        Path file = TestConnector.named("good")
                .service("# the connector\n\nfixture.Fixture # here\nfixture.Fixture\n")
                .writeTo(jar());

        assertThat(ConnectorCheck.check(file)).isInstanceOf(Installed.Ready.class);
    }

    @Test
    void aServiceFileNamesAClassThatIsThere() {
        assertRefused(
                fixture -> fixture.service("fixture.Typo"),
                "Its service file names fixture.Typo, which is not in it.",
                "Correct the name in META-INF/services/dev.webhookdb.spi.Connector, or package the class.");
    }

    @Test
    void aProviderImplementsConnector() {
        assertRefused(
                fixture -> fixture.service("fixture.Other")
                        .source("fixture.Other", "package fixture; public class Other {}"),
                "Its service file names fixture.Other, which does not implement Connector.",
                "Let the class implement dev.webhookdb.spi.Connector.");
    }

    @Test
    void aProviderIsPublic() {
        String hidden = implementation("class Hidden implements Connector");

        assertRefused(
                fixture -> fixture.service("fixture.Hidden").source("fixture.Hidden", hidden),
                "Its class fixture.Hidden is not public",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderIsNotPrivate() {
        assertRefused(
                fixture -> fixture.service("fixture.Fixture$Inner").members("""
                        private static final class Inner implements Connector {
                            public String id() { return "inner"; }
                            public String title() { return "Inner"; }
                            public List<Resource> resources() { return List.of(); }
                        }
                        """),
                "Its class fixture.Fixture$Inner is not public",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderIsNotAbstract() {
        String sketch = implementation("public abstract class Sketch implements Connector");

        assertRefused(
                fixture -> fixture.service("fixture.Sketch").source("fixture.Sketch", sketch),
                "is not public, or is abstract",
                "Declare it as a public final class.");
    }

    @Test
    void aProviderHasAPublicConstructor() {
        String single =
                implementation("public class Single implements Connector").replace("//", "private Single() {}");

        assertRefused(
                fixture -> fixture.service("fixture.Single").source("fixture.Single", single),
                "Its class fixture.Single has no public constructor without parameters.",
                "Add one");
    }

    private static String implementation(String head) {
        return """
                package fixture;
                import dev.webhookdb.spi.*;
                import java.util.List;
                %s {
                    //
                    public String id() { return "other"; }
                    public String title() { return "Other"; }
                    public List<Resource> resources() { return List.of(); }
                }
                """.formatted(head);
    }
}
