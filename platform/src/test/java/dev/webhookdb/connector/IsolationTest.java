package dev.webhookdb.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connectors see: the JDK, the SPI and what they bring along. */
class IsolationTest {
    private static final Request REQUEST =
            Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);

    @TempDir
    Path directory;

    @Test
    void twoConnectorsUseTwoVersionsOfOneLibrary() {
        connectorWithLibrary("one", 1);
        connectorWithLibrary("two", 2);

        try (var registry = ConnectorRegistry.open(directory)) {
            assertThat(said(registry, "one")).isEqualTo("library 1, text 1");
            assertThat(said(registry, "two")).isEqualTo("library 2, text 2");
            assertThat(said(registry, "one")).isEqualTo("library 1, text 1");
        }
    }

    @Test
    void aConnectorRunsWithItsOwnContextClassLoader() {
        TestConnector.named("context").verify("""
                ClassLoader context = Thread.currentThread().getContextClassLoader();
                return Webhook.Verdict.reject(context.getName() + " " + (context == Fixture.class.getClassLoader()));
                """).writeTo(directory.resolve("context-1.0.jar"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        try (var registry = ConnectorRegistry.open(directory)) {
            assertThat(said(registry, "context")).isEqualTo("context-1.0 true");
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void aConnectorSeesNothingOfTheHost() {
        TestConnector.named("curious").verify("""
                List<String> seen = new ArrayList<>();
                for (String name : List.of("dev.webhookdb.connector.Guard", "org.slf4j.Logger", "org.junit.jupiter.api.Test", "dev.webhookdb.spi.Json")) {
                    try { Class.forName(name); seen.add(name); } catch (ClassNotFoundException e) { }
                }
                ClassLoader loader = Fixture.class.getClassLoader();
                for (String name : List.of("dev/webhookdb/connector/Guard.class", "org/slf4j/Logger.class", "dev/webhookdb/spi/Json.class")) {
                    if (loader.getResource(name) != null) seen.add(name);
                }
                return Webhook.Verdict.reject(String.join(" ", seen));
                """).writeTo(directory.resolve("curious.jar"));

        try (var registry = ConnectorRegistry.open(directory)) {
            assertThat(said(registry, "curious")).isEqualTo("dev.webhookdb.spi.Json dev/webhookdb/spi/Json.class");
        }
    }

    @Test
    void aClassOfAMultiReleaseJarIsTheOneForThisJava() {
        String library = "package library; public class Shared { public static String version() { return \"%s\"; } }";
        Map<String, byte[]> old = shared(library.formatted("old"));
        byte[] modern = shared(library.formatted("modern")).get("library/Shared.class");
        TestConnector.named("multi")
                .compiledWith(old)
                .manifest("Multi-Release", "true")
                .entry("library/Shared.class", old.get("library/Shared.class"))
                .entry("META-INF/versions/17/library/Shared.class", modern)
                .entry("META-INF/versions/99/library/Shared.class", new byte[0])
                .verify("return Webhook.Verdict.reject(library.Shared.version());")
                .writeTo(directory.resolve("multi.jar"));

        try (var registry = ConnectorRegistry.open(directory)) {
            assertThat(said(registry, "multi")).isEqualTo("modern");
        }
    }

    private void connectorWithLibrary(String id, int version) {
        Map<String, byte[]> library = shared(
                "package library; public class Shared { public static String version() { return \"library %d\"; } }"
                        .formatted(version));
        Path folder = directory.resolve(id);
        TestConnector.named(id).compiledWith(library).verify("""
                        try (var text = Fixture.class.getResourceAsStream("/library/text 1.txt")) {
                            return Webhook.Verdict.reject(library.Shared.version() + ", " + new String(text.readAllBytes()));
                        } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
                        """).writeTo(folder.resolve(id + ".jar"));
        TestPlugin.write(
                folder.resolve("shared-" + version + ".jar"),
                Map.of("Implementation-Version", String.valueOf(version)),
                JavaSources.merged(library, Map.of("library/text 1.txt", ("text " + version).getBytes(UTF_8))));
    }

    private static Map<String, byte[]> shared(String source) {
        return JavaSources.compile(Map.of("library.Shared", source), Map.of(), java.util.List.of());
    }

    private static String said(ConnectorRegistry registry, String connector) {
        LoadedResource resource = registry.resource(connector + "_thing_v1").orElseThrow();
        return resource.verify(REQUEST, TestSettings.NONE) instanceof Verdict.Reject(String reason) ? reason : "";
    }

    @Test
    void aProviderThatCannotBeReachedIsAPassingFailure() {
        TestConnector.named("offline")
                .fetch("throw new java.net.ConnectException(\"refused\");")
                .writeTo(directory.resolve("offline.jar"));

        try (var registry = ConnectorRegistry.open(directory)) {
            LoadedResource resource = registry.resource("offline_thing_v1").orElseThrow();

            assertThatThrownBy(() -> resource.fetchPage(Optional.empty(), null))
                    .isInstanceOfSatisfying(
                            ConnectorFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(ConnectorFailure.Kind.TRANSIENT))
                    .hasMessage("Connector offline 1.2.3 could not reach its provider in backfill: refused.");
        }
    }

    @Test
    void whatAConnectorReadsKeepsItsTypes() {
        TestConnector.named("reader")
                .read("return List.of(Item.upsert(body.at(\"thing\"), request.receivedAt()).event(\"e1\"));")
                .writeTo(directory.resolve("reader.jar"));
        Json thing = new Json.Str("thing");

        try (var registry = ConnectorRegistry.open(directory)) {
            var items = registry.resource("reader_thing_v1")
                    .orElseThrow()
                    .read(REQUEST, new Json.Obj(Map.of("thing", thing)));

            assertThat(items).singleElement().isInstanceOfSatisfying(dev.webhookdb.spi.Item.Upsert.class, upsert -> {
                assertThat(upsert.resource()).isEqualTo(thing);
                assertThat(upsert.asOf()).isEqualTo(Instant.EPOCH);
                assertThat(upsert.event()).contains("e1");
            });
        }
    }
}
