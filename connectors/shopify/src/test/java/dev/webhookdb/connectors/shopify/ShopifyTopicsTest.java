package dev.webhookdb.connectors.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook says depends on its topic. */
class ShopifyTopicsTest {
    private static final Instant RECEIVED = Instant.parse("2026-03-04T05:06:07Z");
    private static final Instant TRIGGERED = Instant.parse("2026-03-04T05:06:05.123Z");
    private static final Json BODY = new Json.Obj(Map.of("id", new Json.Num(new BigDecimal("820982911946154508"))));

    @Test
    void aTopicOfTheResourceCarriesItsState() {
        assertThat(read(ShopifyOrder.RESOURCE, "orders/paid", Map.of("x-shopify-event-id", "e-1")))
                .singleElement()
                .isInstanceOfSatisfying(Item.Upsert.class, state -> {
                    assertThat(state.resource()).isEqualTo(BODY);
                    assertThat(state.asOf()).isEqualTo(TRIGGERED);
                    assertThat(state.event()).contains("orders/paid e-1");
                });
    }

    @Test
    void aDeletionNamesOnlyTheId() {
        assertThat(read(ShopifyOrder.RESOURCE, "orders/delete", Map.of()))
                .singleElement()
                .isInstanceOfSatisfying(Item.Delete.class, deletion -> {
                    assertThat(deletion.key()).isEqualTo("820982911946154508");
                    assertThat(deletion.asOf()).isEqualTo(TRIGGERED);
                });
    }

    @Test
    void aCustomerThatIsMergedIntoAnotherIsDeleted() {
        assertThat(read(ShopifyCustomer.RESOURCE, "customers/merge", merge("completed")))
                .singleElement()
                .isInstanceOfSatisfying(Item.Delete.class, deletion -> {
                    assertThat(deletion.key()).isEqualTo("9007199254740993");
                    assertThat(deletion.asOf()).isEqualTo(TRIGGERED);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "FAILED", "in_progress", "requested"})
    void aMergeOfWhichNothingCameDeletesNobody(String status) {
        assertThat(read(ShopifyCustomer.RESOURCE, "customers/merge", merge(status)))
                .isEmpty();
    }

    @Test
    void aMergeThatNamesNobodySaysNothing() {
        assertThat(read(ShopifyCustomer.RESOURCE, "customers/merge", BODY)).isEmpty();
        assertThat(read(ShopifyOrder.RESOURCE, "customers/merge", merge("completed")))
                .isEmpty();
    }

    @Test
    void whoIsToBeForgottenIsInTheCustomersRowAndInThoseOfTheOrdersThatAreNamed() {
        assertThat(forgotten(ShopifyCustomer.RESOURCE)).containsExactly(new Webhook.Selection("shopify_id", "191167"));
        assertThat(forgotten(ShopifyOrder.RESOURCE))
                .containsExactly(
                        new Webhook.Selection("shopify_id", "299938"), new Webhook.Selection("shopify_id", "280263"));
        assertThat(forgotten(ShopifyFulfillment.RESOURCE))
                .containsExactly(
                        new Webhook.Selection("order_id", "299938"), new Webhook.Selection("order_id", "280263"));
        assertThat(forgotten(ShopifyProduct.RESOURCE)).isEmpty();
    }

    private static List<Webhook.Selection> forgotten(Resource resource) {
        Json order = new Json.Obj(Map.of(
                "customer",
                new Json.Obj(Map.of("id", new Json.Num(BigDecimal.valueOf(191167)))),
                "orders_to_redact",
                new Json.Arr(
                        List.of(new Json.Num(BigDecimal.valueOf(299938)), new Json.Num(BigDecimal.valueOf(280263))))));
        return resource.webhook()
                .flatMap(Webhook::erasing)
                .orElseThrow()
                .eraser()
                .select(order);
    }

    @Test
    void whatIsKeptOfACustomerIsInTheSameRowsOfTheOrdersThatAreAskedFor() {
        assertThat(disclosed(ShopifyCustomer.RESOURCE))
                .isEqualTo(new Webhook.Disclosure("9999", List.of(new Webhook.Selection("shopify_id", "191167"))));
        assertThat(disclosed(ShopifyOrder.RESOURCE))
                .isEqualTo(new Webhook.Disclosure("9999", List.of(new Webhook.Selection("shopify_id", "299938"))));
        assertThat(disclosed(ShopifyFulfillment.RESOURCE))
                .isEqualTo(new Webhook.Disclosure("9999", List.of(new Webhook.Selection("order_id", "299938"))));
        assertThat(disclosed(ShopifyProduct.RESOURCE)).isEqualTo(new Webhook.Disclosure("9999", List.of()));
    }

    private static Webhook.Disclosure disclosed(Resource resource) {
        return resource.webhook()
                .flatMap(Webhook::disclosing)
                .orElseThrow()
                .discloser()
                .disclose(new Json.Obj(Map.of(
                        "customer", object(191167),
                        "orders_requested", new Json.Arr(List.of(new Json.Num(BigDecimal.valueOf(299938)))),
                        "data_request", object(9999))));
    }

    @Test
    void aShopThatLeftIsNamedAsTheSettingNamesIt() {
        Webhook.Clearing clearing =
                ShopifyProduct.RESOURCE.webhook().flatMap(Webhook::clearing).orElseThrow();

        assertThat(clearing.account()).isEqualTo(Shopify.SHOP_NAME);
        assertThat(clearing.leaver().account(new Json.Obj(Map.of("shop_domain", new Json.Str("Acme-2.myshopify.com")))))
                .isEqualTo("acme-2");
        for (Json odd : List.of(new Json.Str("acme.example.com"), new Json.Null())) {
            assertThatThrownBy(() -> clearing.leaver().account(new Json.Obj(Map.of("shop_domain", odd))))
                    .isInstanceOf(ConnectorException.class)
                    .hasMessageContaining("shop_domain");
        }
    }

    private static Json object(long id) {
        return new Json.Obj(Map.of("id", new Json.Num(BigDecimal.valueOf(id))));
    }

    /** As in Shopify's sample of the topic. */
    private static Json merge(String status) {
        return new Json.Obj(Map.of(
                "admin_graphql_api_customer_kept_id",
                new Json.Str("gid://shopify/Customer/1"),
                "admin_graphql_api_customer_deleted_id",
                new Json.Str("gid://shopify/Customer/9007199254740993"),
                "admin_graphql_api_job_id",
                new Json.Null(),
                "status",
                new Json.Str(status)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "customers/create",
                "orders/edited",
                "orders/risk_assessment_changed",
                "order_transactions/create",
                "app/uninstalled",
                ""
            })
    void otherTopicsSayNothing(String topic) {
        assertThat(read(ShopifyOrder.RESOURCE, topic, Map.of())).isEmpty();
    }

    @Test
    void aRequestForACustomersDataIsNoCustomer() {
        assertThat(read(ShopifyCustomer.RESOURCE, "customers/redact", Map.of())).isEmpty();
        assertThat(read(ShopifyCustomer.RESOURCE, "customers/update", Map.of())).hasSize(1);
    }

    @Test
    void withoutATimeOfItsOwnAnEventIsAsOldAsItsArrival() {
        for (String time : List.of("", "yesterday")) {
            assertThat(read(ShopifyProduct.RESOURCE, "products/delete", Map.of("x-shopify-triggered-at", time)))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Item.Delete.class,
                            deletion -> assertThat(deletion.asOf()).isEqualTo(RECEIVED));
        }
    }

    private static List<Item> read(Resource resource, String topic, Json body) {
        return read(resource, topic, Map.of(), body);
    }

    private static List<Item> read(Resource resource, String topic, Map<String, String> more) {
        return read(resource, topic, more, BODY);
    }

    private static List<Item> read(Resource resource, String topic, Map<String, String> more, Json body) {
        Map<String, String> headers =
                new HashMap<>(Map.of("x-shopify-topic", topic, "x-shopify-triggered-at", TRIGGERED.toString()));
        headers.putAll(more);
        Map<String, List<String>> lists = new HashMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        Request request = Request.of(RECEIVED, "POST", "https://example.org/", lists, new byte[0]);
        return resource.webhook().orElseThrow().reader().read(request, body);
    }
}
