package dev.webhookdb.connectors.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.ShopifyApi;
import dev.webhookdb.testkit.simulator.ShopifyResource;
import dev.webhookdb.testkit.simulator.ShopifySimulator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of a simulated shop hold every resource once. */
class ShopifyListTest {
    private static final String TOKEN = "shpat_1";
    private final ShopifySimulator shop = ShopifySimulator.seeded(6);
    private ShopifyApi api;

    @BeforeEach
    void start() {
        shop.happen(3_000);
        api = ShopifyApi.serving(shop, TOKEN);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({"shopify_customer_v1, customers", "shopify_order_v1, orders", "shopify_product_v1, products"})
    void theListHoldsWhatIsNotDeleted(String service, String kind) throws Exception {
        assertThat(ids(context().pages(resource(service)))).isNotEmpty().containsExactlyElementsOf(living(kind));
    }

    /** With a page_info Shopify refuses other filters, and the link's host is not asked. */
    @Test
    void onlyTheCursorOfALinkIsKept() throws Exception {
        List<Page> pages = context().pages(ShopifyOrder.RESOURCE);

        assertThat(pages.size()).isGreaterThan(1);
        assertThat(pages.getFirst().next())
                .hasValueSatisfying(cursor -> assertThat(cursor).doesNotContain("/", "&"));
        assertThat(api.calls().getFirst().target()).endsWith("/orders.json?limit=250&status=any");
        assertThat(api.calls().get(1).query()).containsOnlyKeys("limit", "page_info");
    }

    @Test
    void aLaterRunListsWhatWasUpdatedSince() throws Exception {
        Instant since = shop.now();
        shop.happen(300);

        assertThat(ids(context().since(since).pages(ShopifyOrder.RESOURCE)))
                .containsExactlyElementsOf(shop.resources("orders").values().stream()
                        .filter(order -> !order.deleted() && !order.updated().isBefore(since))
                        .map(order -> Long.toString(order.id()))
                        .toList());
    }

    @Test
    void fulfillmentsAreListedForEachOrderAndADeletedOneHasNone() throws Exception {
        List<String> listed = new ArrayList<>();
        Set<String> gone = new HashSet<>();
        for (ShopifyResource order : shop.resources("orders").values()) {
            Json parent = JsonReading.read(order.json());
            listed.addAll(ids(context().parent(parent).pages(ShopifyFulfillment.RESOURCE)));
            if (order.deleted()) {
                gone.add(Long.toString(order.id()));
            }
        }

        assertThat(listed)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(shop.resources("fulfillments").values().stream()
                        .filter(one ->
                                !gone.contains(String.valueOf(one.members().get("order_id"))))
                        .map(one -> Long.toString(one.id()))
                        .toList());
    }

    @Test
    void aPrivateAppsKeyAndPasswordAreStillGoodEnough() throws Exception {
        PlainContext legacy = PlainContext.of(settings().with(Shopify.API_KEY, "key"));

        assertThat(ids(legacy.pages(ShopifyCustomer.RESOURCE))).isNotEmpty();
        assertThat(api.calls()).allSatisfy(call -> {
            assertThat(call.header("Authorization")).isPresent();
            assertThat(call.header("X-Shopify-Access-Token")).isEmpty();
        });
    }

    @Test
    void theVersionOfTheApiMayBeAnother() throws Exception {
        PlainContext.of(settings().with(Shopify.API_VERSION, "2026-04")).pages(ShopifyProduct.RESOURCE);

        assertThat(api.calls()).allSatisfy(call -> assertThat(call.path()).startsWith("/admin/api/2026-04/"));
    }

    @Test
    void aMissingScopeIsTheOperatorsBusiness() {
        api.faults().forbid();

        assertThatThrownBy(() -> context().pages(ShopifyOrder.RESOURCE))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.SETTINGS));
    }

    private static Resource resource(String service) {
        return new ShopifyConnector()
                .resources().stream()
                        .filter(resource -> resource.name().equals(service))
                        .findFirst()
                        .orElseThrow();
    }

    private PlainContext context() {
        return PlainContext.of(settings());
    }

    private PlainSettings settings() {
        return PlainSettings.none()
                .with(Shopify.SHOP_NAME, "simulated")
                .with(Shopify.ACCESS_TOKEN, TOKEN)
                .with(Shopify.API_URL, api.url().toString());
    }

    private List<String> living(String kind) {
        return shop.resources(kind).values().stream()
                .filter(resource -> !resource.deleted())
                .map(resource -> Long.toString(resource.id()))
                .toList();
    }

    private static List<String> ids(List<Page> pages) {
        return pages.stream()
                .flatMap(page -> page.resources().stream())
                .map(resource -> ShopifyTopics.id(resource).orElseThrow())
                .toList();
    }
}
