package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shopify says by webhooks, signed as all are, who is to be forgotten, and who became somebody else. */
class RedactionTest {
    private static final String SECRET = "shpss_secret";
    private static final String SETTINGS = "{\"webhook_secret\":\"%s\"}".formatted(SECRET);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String EMAIL = "ada@example.com";

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.withEveryConnector(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void a_customer_is_forgotten_in_all_tables_of_the_organization_wherever_the_order_for_it_comes() {
        Made product = made("acme", "shopify_product_v1");
        Made customer = made("acme", "shopify_customer_v1");
        Made order = made("acme", "shopify_order_v1");
        Made fulfillment = made("acme", "shopify_fulfillment_v1");
        Made foreign = made("other", "shopify_customer_v1");
        person(customer);
        person(foreign);
        send(order, "orders/create", "{\"id\":299938,\"email\":\"%s\",\"customer\":{\"id\":191167}}".formatted(EMAIL));
        send(order, "orders/create", "{\"id\":4711,\"email\":\"bob@example.com\",\"customer\":{\"id\":5}}");
        send(fulfillment, "fulfillments/create", "{\"id\":88,\"order_id\":299938,\"name\":\"%s\"}".formatted(EMAIL));
        await().until(() ->
                rows("acme", fulfillment).size() == 1 && rows("acme", order).size() == 2);

        int status = send(product, "customers/redact", """
                {"shop_id":954889,"shop_domain":"acme.myshopify.com","customer":{"id":191167,"email":"%s"},"orders_to_redact":[299938]}""".formatted(EMAIL));

        assertThat(status).isEqualTo(202);
        await().until(() -> rows("acme", fulfillment).toString().contains("88|{\"id\": \"88\"}"));
        assertThat(rows("acme", customer)).containsExactly("191167|{\"id\": \"191167\"}");
        assertThat(rows("acme", order)).contains("299938|{\"id\": \"299938\"}").hasSize(2);
        assertThat(rows("acme", order).toString()).contains("bob@example.com");
        assertThat(rows("other", foreign).toString()).contains(EMAIL);
        assertThat(host.platform("select email || ' ' || subject from audit where action = 'erase row'"))
                .contains("provider shopify 191167 of " + customer.table());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bodies("acme")).noneMatch(body -> body.contains(EMAIL)));
        assertThat(bodies("acme")).anyMatch(body -> body.contains("bob@example.com"));
        assertThat(bodies("other")).anyMatch(body -> body.contains(EMAIL));
    }

    @Test
    void the_organization_is_told_once_for_each_request_which_rows_there_are_of_a_customer_who_wants_to_know() {
        Made product = made("asked", "shopify_product_v1");
        Made customer = made("asked", "shopify_customer_v1");
        Made order = made("asked", "shopify_order_v1");
        Made fulfillment = made("asked", "shopify_fulfillment_v1");
        person(customer);
        send(order, "orders/create", "{\"id\":299938,\"email\":\"%s\",\"customer\":{\"id\":191167}}".formatted(EMAIL));
        send(order, "orders/create", "{\"id\":4711,\"email\":\"bob@example.com\",\"customer\":{\"id\":5}}");
        send(fulfillment, "fulfillments/create", "{\"id\":88,\"order_id\":299938,\"name\":\"%s\"}".formatted(EMAIL));
        await().until(() ->
                rows("asked", fulfillment).size() == 1 && rows("asked", order).size() == 2);

        assertThat(send(product, "customers/data_request", dataRequest(9999))).isEqualTo(202);
        send(customer, "customers/data_request", dataRequest(9999));
        await().atMost(PATIENCE).until(() -> alerts("asked", "data_request").size() == 1);
        send(order, "customers/data_request", dataRequest(10_000));
        await().atMost(PATIENCE).until(() -> alerts("asked", "data_request").size() == 2);

        assertThat(host.platform("""
                        select reason from finding join integration on integration.id = integration_id
                        where cause = 'data_request' and opaque_id = '%s' order by length(subject)""".formatted(product.id())))
                .containsExactly(
                        reason(9999, customer, order, fulfillment), reason(10_000, customer, order, fulfillment));
        assertThat(host.platform("select email || ' ' || subject from audit where action = 'request data'"))
                .containsExactly("provider shopify request 9999, rows: 3", "provider shopify request 10000, rows: 3");
        assertThat(rows("asked", customer).toString()).contains(EMAIL);
    }

    @Test
    void of_somebody_of_whom_nothing_is_kept_or_nothing_any_more_there_is_no_row() {
        Made customer = made("unknown", "shopify_customer_v1");
        person(customer);
        send(customer, "customers/redact", "{\"customer\":{\"id\":191167},\"orders_to_redact\":[]}");
        await().until(() -> !rows("unknown", customer).toString().contains(EMAIL));

        send(customer, "customers/data_request", dataRequest(77));

        await().atMost(PATIENCE)
                .until(() -> host.platform("select reason from finding where subject = '77'")
                        .equals(List.of("Request 77 of shopify. There is no row.")));
    }

    @Test
    void a_shop_that_left_is_forgotten_by_the_integrations_that_are_for_it_and_may_come_again() {
        Made customer = ofShop("shops", "acme", "shopify_customer_v1");
        Made product = ofShop("shops", "acme", "shopify_product_v1");
        Made other = ofShop("shops", "other", "shopify_customer_v1");
        Made nameless = made("shops", "shopify_order_v1");
        Made foreign = ofShop("elsewhere", "acme", "shopify_customer_v1");
        for (Made one : List.of(customer, other, foreign)) {
            person(one);
        }
        send(product, "products/create", "{\"id\":1,\"title\":\"%s\"}".formatted(EMAIL));
        send(nameless, "orders/create", "{\"id\":2,\"email\":\"%s\"}".formatted(EMAIL));
        await().until(() ->
                rows("shops", product).size() == 1 && rows("shops", nameless).size() == 1);

        assertThat(send(other, "shop/redact", left("acme"))).isEqualTo(202);

        await().atMost(PATIENCE)
                .until(() -> rows("shops", customer).equals(List.of("191167|{\"id\": \"191167\"}"))
                        && rows("shops", product).equals(List.of("1|{\"id\": \"1\"}")));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bodies(customer)).isNotEmpty().allMatch(String::isEmpty));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bodies(product)).isNotEmpty().allMatch(String::isEmpty));
        assertThat(host.platform("select email || ' ' || subject from audit where action = 'erase account'"))
                .contains(
                        "provider shopify acme: all of " + customer.table(),
                        "provider shopify acme: all of " + product.table());
        send(customer, "customers/create", "{\"id\":3,\"email\":\"new@example.com\"}");
        await().atMost(PATIENCE).until(() -> rows("shops", customer).toString().contains("new@example.com"));
        for (Made kept : List.of(other, nameless)) {
            assertThat(rows("shops", kept).toString()).contains(EMAIL);
            assertThat(bodies(kept)).anyMatch(body -> body.contains(EMAIL));
        }
        assertThat(rows("elsewhere", foreign).toString()).contains(EMAIL);
    }

    @Test
    void of_a_shop_that_no_integration_is_for_the_organization_is_told_once() {
        Made customer = made("nameless", "shopify_customer_v1");
        person(customer);

        send(customer, "shop/redact", left("acme"));
        send(customer, "shop/redact", left("acme"));

        await().atMost(PATIENCE).until(() -> alerts("nameless", "account").size() == 1);
        assertThat(host.platform("""
                        select reason from finding join integration on integration.id = integration_id
                        where cause = 'account' and opaque_id = '%s'""".formatted(customer.id())))
                .containsExactly(
                        "shopify wants forgotten what is kept of acme, and no integration is set up for it. Nothing was erased.");
        assertThat(rows("nameless", customer).toString()).contains(EMAIL);
    }

    private static Made ofShop(String organization, String shop, String service) {
        return host.integrateWith(
                        organization,
                        "{\"webhook_secret\":\"%s\",\"shop_name\":\"%s\"}".formatted(SECRET, shop),
                        service)
                .getFirst();
    }

    private static String left(String shop) {
        return "{\"shop_id\":954889,\"shop_domain\":\"%s.myshopify.com\"}".formatted(shop);
    }

    private static List<String> bodies(Made made) {
        return host.platform("""
                select convert_from(body, 'UTF8') from webhook join integration using (endpoint_id)
                where opaque_id = '%s'""".formatted(made.id()));
    }

    private static String dataRequest(int id) {
        return """
                {"shop_id":954889,"shop_domain":"acme.myshopify.com","orders_requested":[299938,280263],\
                "customer":{"id":191167,"email":"%s","phone":"555-625-1199"},"data_request":{"id":%d}}""".formatted(EMAIL, id);
    }

    private static String reason(int request, Made customer, Made order, Made fulfillment) {
        return "Request %d of shopify. Rows: %s: 191167; %s: 299938; %s: 88."
                .formatted(request, customer.table(), order.table(), fulfillment.table());
    }

    private static List<String> alerts(String organization, String cause) {
        return host.platform("""
                select cause from alert join organization on organization.id = organization_id
                where cause = '%s' and key = '%s'""".formatted(cause, organization));
    }

    @Test
    void a_customer_that_was_merged_away_is_deleted() {
        Made customer = made("merging", "shopify_customer_v1");
        person(customer);

        send(customer, "customers/merge", """
                {"admin_graphql_api_customer_kept_id":"gid://shopify/Customer/1","admin_graphql_api_customer_deleted_id":"gid://shopify/Customer/191167",\
                "admin_graphql_api_job_id":null,"status":"completed","errors":[]}""");

        await().until(() -> host.sql(
                        "merging",
                        "select shopify_id from \"%s\" where deleted_at is not null".formatted(customer.table()))
                .equals(List.of("191167")));
    }

    @Test
    void an_order_to_forget_somebody_that_shopify_did_not_sign_forgets_nobody() {
        Made customer = made("forged", "shopify_customer_v1");
        person(customer);

        int status = host.call(
                        "POST",
                        "/v1/service_integrations/" + customer.id(),
                        "{\"customer\":{\"id\":191167}}".getBytes(UTF_8),
                        Map.of("X-Shopify-Topic", "customers/redact", "X-Shopify-Hmac-Sha256", "bm90aGluZw=="))
                .status();

        assertThat(status).isEqualTo(401);
        assertThat(rows("forged", customer).toString()).contains(EMAIL);
    }

    private static Made made(String organization, String service) {
        return host.integrateWith(organization, SETTINGS, service).getFirst();
    }

    private static void person(Made customer) {
        send(customer, "customers/create", "{\"id\":191167,\"email\":\"%s\"}".formatted(EMAIL));
        String organization = host.platform("""
                select organization.key from organization join integration on organization_id = organization.id where opaque_id = '%s'""".formatted(customer.id())).getFirst();
        await().until(() -> rows(organization, customer).size() == 1);
    }

    private static int send(Made made, String topic, String body) {
        return host.call(
                        "POST",
                        "/v1/service_integrations/" + made.id(),
                        body.getBytes(UTF_8),
                        Map.of("X-Shopify-Topic", topic, "X-Shopify-Hmac-Sha256", signature(body)))
                .status();
    }

    private static String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> rows(String organization, Made made) {
        return host.sql(
                organization, "select shopify_id, data::text from \"%s\" order by shopify_id".formatted(made.table()));
    }

    private static List<String> bodies(String organization) {
        return host.platform("""
                select convert_from(body, 'UTF8') from webhook join endpoint on endpoint.id = endpoint_id
                join organization on organization.id = endpoint.organization_id where key = '%s'""".formatted(organization));
    }
}
