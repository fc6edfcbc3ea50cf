package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the guide for authors of connectors compiles, loads and works, and is as short as it says. */
class AuthorsGuideTest {
    private static final Path GUIDE = Path.of("../docs/connectors.md");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void theExampleIsAConnector() throws IOException {
        Path jar = packaged("acme-1.0.0.jar");

        Installed outcome = ConnectorCheck.check(jar);

        assertThat(outcome).isInstanceOfSatisfying(Installed.Ready.class, ready -> {
            assertThat(ready.id()).isEqualTo("acme");
            assertThat(ready.resources()).extracting(Resource::name).containsExactly("acme_order_v1");
        });
        assertThat(guide())
                .contains(ConnectorReport.render(outcome)
                        .replace("acme-1.0.0.jar", "webhookdb-connector-acme-1.0.0.jar"));
    }

    @Test
    void theExampleReadsOrdersAndNothingElse() throws IOException {
        packaged("acme-1.0.0.jar");
        Json order = new Json.Obj(Map.of("id", new Json.Str("order_1")));
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);

        try (var registry = ConnectorRegistry.open(directory)) {
            LoadedResource resource = registry.resource("acme_order_v1").orElseThrow();

            assertThat(resource.read(request, event("orders/paid", order))).hasSize(1);
            assertThat(resource.read(request, event("carts/updated", order))).isEmpty();
        }
    }

    @Test
    void aConnectorWithOneResourceTakesAtMostSixtyLines() throws IOException {
        assertThat(example().lines()).hasSizeLessThanOrEqualTo(60).allMatch(line -> line.length() <= 120);
    }

    private Path packaged(String name) throws IOException {
        return TestConnector.named("acme")
                .withoutFixture()
                .source("com.example.acme.AcmeConnector", example())
                .service("com.example.acme.AcmeConnector")
                .manifest("Connector-Version", "1.0.0")
                .writeTo(directory.resolve(name));
    }

    private static Json event(String topic, Json order) {
        return new Json.Obj(Map.of("topic", new Json.Str(topic), "order", order));
    }

    private static String example() throws IOException {
        return CODE.matcher(guide())
                .results()
                .map((MatchResult code) -> code.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }
}
