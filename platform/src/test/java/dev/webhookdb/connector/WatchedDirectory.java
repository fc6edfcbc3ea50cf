package dev.webhookdb.connector;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A connectors directory, and a registry that looks at it often. */
abstract class WatchedDirectory {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    static final Request REQUEST = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);

    @TempDir
    Path temporary;

    Path directory;
    Optional<ConnectorRegistry> opened = Optional.empty();

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("connectors"));
    }

    @AfterEach
    void close() {
        opened.ifPresent(ConnectorRegistry::close);
    }

    ConnectorRegistry open() {
        return open(List.of(directory), Promises.NONE);
    }

    ConnectorRegistry open(List<Path> directories, Promises promises) {
        ConnectorRegistry registry =
                ConnectorRegistry.open(directories, promises, BETWEEN_LOOKS, Duration.ofSeconds(2));
        opened = Optional.of(registry);
        return registry;
    }

    Installed.Ready ready(String name) {
        return (Installed.Ready) outcome(name);
    }

    Installed.Refused refused(String name) {
        return (Installed.Refused) outcome(name);
    }

    Installed outcome(String name) {
        return opened.orElseThrow().all().stream()
                .filter(one -> one.path().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not listed"));
    }

    static TestConnector good(String id) {
        return TestConnector.named(id);
    }

    /** A connector that loads the class that speaks only when it is asked. */
    static TestConnector saying(String id, String text) {
        return good(id).source(
                        "fixture.Speaker",
                        "package fixture; class Speaker { static String speak() { return \"%s\"; } }".formatted(text))
                .verify("return Webhook.Verdict.reject(Speaker.speak());");
    }

    static String said(ConnectorRegistry registry, String id) {
        var resource = registry.resource(id + "_thing_v1").orElseThrow();
        return resource.verify(REQUEST, TestSettings.NONE) instanceof Verdict.Reject(String reason) ? reason : "";
    }
}
