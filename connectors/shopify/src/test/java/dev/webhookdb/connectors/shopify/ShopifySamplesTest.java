package dev.webhookdb.connectors.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each sample of a webhook says something about its resource. */
class ShopifySamplesTest {
    private static final Path SAMPLES = Path.of("src", "test", "resources", "samples");

    @ParameterizedTest
    @MethodSource("webhooks")
    void aSampleOfAWebhookIsRead(Path sample) throws IOException {
        Json webhook = JsonReading.read(Files.readString(sample));
        Resource resource = new ShopifyConnector()
                .resources().stream()
                        .filter(one -> sample.getParent().endsWith(one.name()))
                        .findFirst()
                        .orElseThrow();

        assertThat(resource.webhook().orElseThrow().reader().read(request(webhook), webhook.at("body")))
                .isNotEmpty();
    }

    private static Request request(Json webhook) {
        Map<String, List<String>> headers = new HashMap<>();
        if (webhook.at("headers") instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, value) -> headers.put(
                    name.toLowerCase(Locale.ROOT), List.of(value.text().orElseThrow())));
        }
        return Request.of(Instant.now(), "POST", "https://example.org/", headers, "".getBytes(UTF_8));
    }

    private static List<Path> webhooks() throws IOException {
        try (Stream<Path> samples = Files.walk(SAMPLES)) {
            return samples.filter(file -> file.getFileName().toString().startsWith("webhook"))
                    .sorted()
                    .toList();
        }
    }
}
