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
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(bodies("acme")).noneMatch(body -> body.contains(EMAIL)));
        assertThat(bodies("acme")).anyMatch(body -> body.contains("bob@example.com"));
        assertThat(bodies("other")).anyMatch(body -> body.contains(EMAIL));
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
