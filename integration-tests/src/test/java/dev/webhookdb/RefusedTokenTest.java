package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P10: a token that a shop refuses, and repeats in its answer, is shown to nobody. */
class RefusedTokenTest {
    private static final String TOKEN = "shpat_5f1e0a2bb7c94d";
    private static final String ORGANIZATION = "shop";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream usualOutput = System.out;
    private HttpServer shop;
    private RunningHost host;

    @BeforeEach
    void start() throws IOException {
        System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/", exchange -> {
            String token = exchange.getRequestHeaders().getFirst("X-Shopify-Access-Token");
            byte[] body = "{\"errors\":\"[API] Invalid access token %s\"}"
                    .formatted(token)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        shop.start();
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        host.close();
        shop.stop(0);
        System.setOut(usualOutput);
    }

    @Test
    void the_operator_is_told_what_to_do_without_the_token() {
        Made orders = host.integrateWith(
                        ORGANIZATION,
                        "{\"webhook_secret\":\"%s\",\"shop_name\":\"acme\",\"backfill_secret\":\"%s\",\"api_url\":\"http://127.0.0.1:%d\"}"
                                .formatted(
                                        RunningHost.SECRET,
                                        TOKEN,
                                        shop.getAddress().getPort()),
                        "shopify_order_v1")
                .getFirst();

        await().atMost(Duration.ofSeconds(40))
                .until(() ->
                        newest(orders).text("state").filter("failed"::equals).isPresent());

        assertThat(newest(orders).text("error").orElseThrow())
                .contains("401", "Invalid access token")
                .doesNotContain(TOKEN);
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("Connector shopify", "is ready")
                .doesNotContain(TOKEN);
    }

    private Json newest(Made made) {
        return host.operator(
                        "GET", "/organizations/%s/integrations/%s/backfills".formatted(ORGANIZATION, made.id()), "")
                .json()
                .items("items")
                .getFirst();
    }
}
