package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.ShopifyApi;
import dev.webhookdb.testkit.simulator.ShopifySimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a backfill reaches is told: before, when it begins, and if something was not read, when it has ended. */
class ReachTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOKEN = "shpat_of_the_test";

    @TempDir
    private Path directory;

    private final ShopifySimulator shop = ShopifySimulator.seeded(9);
    private RunningHost host;
    private ShopifyApi api;

    @BeforeEach
    void start() {
        shop.happen(50);
        api = ShopifyApi.serving(shop, TOKEN);
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        host.close();
        api.close();
    }

    @Test
    void a_backfill_that_read_everything_says_nothing() {
        assertThat(listed("shopify_order_v1").text("unread")).contains("");
    }

    @Test
    void a_backfill_without_the_permission_says_what_was_not_read_and_how_to_get_it() {
        api.withoutAllOrders();

        assertThat(listed("shopify_order_v1").text("unread").orElseThrow())
                .startsWith("The key lacks the permission read_all_orders: what is older than 60 days was not read.")
                .contains("add the scope read_all_orders");
        assertThat(listed("shopify_product_v1").text("unread")).contains("");
    }

    @Test
    void the_list_of_services_says_how_far_each_backfill_reaches() {
        Person person = Person.loggedIn(host, "reach@example.com");

        List<Json> services = person.get(person.own("/services")).json().items("items");

        assertThat(service(services, "shopify_order_v1").text("backfill")).contains("permission");
        assertThat(service(services, "shopify_order_v1").text("backfill_permission"))
                .contains("read_all_orders");
        assertThat(service(services, "shopify_order_v1").text("backfill_reach").orElseThrow())
                .startsWith(
                        "A backfill reads everything if the key has the permission read_all_orders, else only the last 60 days.");
        assertThat(service(services, "stripe_charge_v1").text("backfill")).contains("all");
        assertThat(service(services, "twilio_sms_v1")
                        .number("backfill_days")
                        .orElseThrow()
                        .intValue())
                .isEqualTo(400);
    }

    /** Returns the first job of a new integration, when it has ended. */
    private Json listed(String service) {
        String organization = service.replace("_v1", "").replace("_", "");
        Made made = host.integrateWith(
                        organization,
                        "{\"webhook_secret\":\"%s\",\"backfill_secret\":\"%s\",\"shop_name\":\"acme\",\"api_url\":\"%s\"}"
                                .formatted(RunningHost.SECRET, TOKEN, api.url()),
                        service)
                .getFirst();
        String path = "/organizations/%s/integrations/%s/backfills".formatted(organization, made.id());
        host.operator("POST", path, "{}");
        await().atMost(SOON).until(() -> newest(path).text("state").orElse("").equals("succeeded"));
        return newest(path);
    }

    private Json newest(String path) {
        return host.operator("GET", path, "").json().items("items").getFirst();
    }

    private static Json service(List<Json> services, String name) {
        return services.stream()
                .filter(one -> one.text("name").orElse("").equals(name))
                .findFirst()
                .orElseThrow();
    }
}
