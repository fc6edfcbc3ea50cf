package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever a connector does while it is loaded, the host goes on and says what is wrong. */
class BrokenCodeTest extends RefusedConnectors {
    @Test
    void aConstructorThatThrowsIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new IllegalStateException(\"no\\u001b[31m luck\");"),
                "It failed while loading: java.lang.IllegalStateException: no [31m luck.",
                "Report it to the connector's author.");
    }

    @Test
    void resourcesThatThrowAreReported() {
        assertRefused(
                fixture -> fixture.resources("throw new UnsupportedOperationException();"),
                "It failed while loading: java.lang.UnsupportedOperationException.",
                "Report it to the connector's author.");
    }

    @Test
    void anExceptionThatCannotBePrintedIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new Bad();").members("""
                        static final class Bad extends RuntimeException {
                            @Override public String getMessage() { throw new IllegalStateException(); }
                        }
                        """),
                "It failed in its constructor with java.lang.IllegalStateException.",
                "Report it to the connector's author.");
    }

    @Test
    void aStaticInitializerThatFailsIsReported() {
        assertRefused(
                fixture -> fixture.members("static final int X = Integer.parseInt(\"x\");"),
                "A static initializer failed: java.lang.NumberFormatException",
                "Report it to the connector's author.");
    }

    @Test
    void endlessRecursionIsReported() {
        assertRefused(
                fixture -> fixture.constructor("title();").id("return id();"),
                "It recursed without end while loading (StackOverflowError).",
                "Report it to the connector's author.");
    }

    @Test
    void aLackOfMemoryIsReported() {
        assertRefused(
                fixture -> fixture.constructor("throw new OutOfMemoryError(\"Java heap space\");"),
                "The host ran out of memory while loading it: Java heap space.",
                "Give the host more memory");
    }

    @Test
    void aConnectorThatHangsIsGivenUp() {
        Path file = TestConnector.named("slow")
                .resources(
                        "long end = System.nanoTime() + 1_000_000_000L; while (System.nanoTime() < end) Thread.onSpinWait(); return List.of();")
                .writeTo(jar());

        assertThatThrownBy(() -> ConnectorLoader.load(file, Duration.ofMillis(300)))
                .isInstanceOf(LoadProblem.class)
                .hasMessageStartingWith("It did not finish resources(): loading took more than");
    }

    @Test
    void nullIsNoDeclaration() {
        assertRefused(fixture -> fixture.id("return null;"), "the id 'null' must be", "Report it");
        assertRefused(fixture -> fixture.resources("return null;"), "resources() returned null", "Report it");
        assertRefused(
                fixture -> fixture.resources("return Collections.singletonList(null);"),
                "a list with null in it",
                "Report it");
    }

    @Test
    void anIdIsSafeInFileNamesAndUrls() {
        assertRefused(
                fixture -> fixture.id("return \"../Etc\";"),
                "Its declaration is invalid: the id '../Etc' must be a-z, 0-9 and _",
                "Report it to the connector's author.");
    }

    @Test
    void aConnectorDeclaresSomething() {
        assertRefused(fixture -> fixture.resources("return List.of();"), "it declares no resource", "Report it");
    }

    @Test
    void aConnectorDeclaresAResourceOnce() {
        assertRefused(
                fixture -> fixture.resources("return List.of(resource(\"x_v1\"), resource(\"x_v1\"));"),
                "Its declaration is invalid: resource 'x_v1' is declared twice.",
                "Report it to the connector's author.");
    }

    @Test
    void aDeclarationThatContradictsItselfSaysWhere() {
        String bad = "Resource.named(\"bad_v1\", \"Bad\").orderedBy(\"nothing\").build()";

        assertRefused(
                fixture -> fixture.resources("return List.of(" + bad + ");"),
                "Its declaration is invalid: Resource 'bad_v1'",
                "Report it");
        assertRefused(
                fixture -> fixture.members("static final Resource BAD = " + bad + ";"),
                "Its declaration is invalid: Resource 'bad_v1'",
                "Report it");
    }

    @Test
    void theHostsOwnClassesAreHidden() {
        assertRefused(
                fixture -> fixture.compiledWith(JavaSources.homeOf(ConnectorRegistry.class))
                        .constructor("dev.webhookdb.connector.ConnectorRegistry.open(null);"),
                "It uses the class dev.webhookdb.connector.ConnectorRegistry, which it does not bring along",
                "Use nothing of the host but the package dev.webhookdb.spi.");
    }

    @Test
    void theHostsLibrariesAreHidden() throws ClassNotFoundException {
        Path jackson = JavaSources.homeOf(Class.forName("tools.jackson.core.json.JsonFactory"));

        assertRefused(
                fixture -> fixture.compiledWith(jackson).constructor("new tools.jackson.core.json.JsonFactory();"),
                "It needs the class tools.jackson.core.json.JsonFactory, which it does not bring along",
                "Put the connector's JAR and the JARs of its libraries into one folder");
    }

    @Test
    void aConnectorForANewerJavaNamesIt() {
        byte[] fixture = TestConnector.named("newer").compile().get("fixture/Fixture.class");
        fixture[7] = 44 + 30;

        assertRefused(
                newer -> newer.entry("fixture/Fixture.class", fixture),
                "It was compiled for Java 30; this host runs on Java "
                        + Runtime.version().feature(),
                "compile the connector with --release 21");
    }

    @Test
    void aMethodThatThisSpiLacksIsNamed() {
        Map<String, byte[]> laterSpi = JavaSources.compile(
                Map.of(
                        "dev.webhookdb.spi.Verifiers",
                        "package dev.webhookdb.spi; public final class Verifiers { public static void quantum() {} }"),
                Map.of(),
                java.util.List.of());

        assertRefused(
                fixture -> fixture.compiledWith(laterSpi).constructor("Verifiers.quantum();"),
                "It uses 'void dev.webhookdb.spi.Verifiers.quantum()', which SPI 1.0 does not have.",
                "Build the connector against SPI 1.0.");
    }

    @Test
    void aClassThatThisSpiLacksIsNamed() {
        Map<String, byte[]> laterSpi = JavaSources.compile(
                Map.of(
                        "dev.webhookdb.spi.Graph",
                        "package dev.webhookdb.spi; public final class Graph { public static void query() {} }"),
                Map.of(),
                java.util.List.of());

        assertRefused(
                fixture -> fixture.compiledWith(laterSpi).constructor("Graph.query();"),
                "It uses dev.webhookdb.spi.Graph, which SPI 1.0 does not have.",
                "Build the connector against SPI 1.0.");
    }

    @Test
    void aDamagedClassIsReported() {
        assertRefused(
                fixture -> fixture.entry("fixture/Fixture.class", "no class".getBytes(UTF_8)),
                "A class is damaged",
                "Report it to the connector's author.");
    }
}
