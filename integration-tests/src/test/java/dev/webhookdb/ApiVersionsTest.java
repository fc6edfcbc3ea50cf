package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At which version of its API a provider speaks is shown, and what columns lack is told once. */
class ApiVersionsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long NOW = 1_767_600_000;

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
    void both_versions_are_shown_and_kept_with_the_webhook() {
        Person person = Person.loggedIn(host, "versions@example.com");
        Made charges = person.integrate("stripe_charge_v1");

        assertThat(field(person, charges, "api_version")).isEqualTo("2026-07-29.dahlia");
        assertThat(field(person, charges, "webhook_api_version")).isEmpty();

        send(charges, "ch_1", "2024-06-20", "in_1");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(field(person, charges, "webhook_api_version"))
                        .isEqualTo("2024-06-20"));
        assertThat(person.post(person.own("/service_integrations/%s/info".formatted(charges.id())), Map.of())
                        .json()
                        .toString())
                .contains("Api version", "2026-07-29.dahlia", "Webhook api version", "2024-06-20");
        assertThat(host.platform(
                        "select api_version from webhook join endpoint using (api_version) where endpoint.id = %s and webhook.endpoint_id = endpoint.id"
                                .formatted(endpoint(charges))))
                .containsExactly("2024-06-20");
        String webhook = person.get(person.own("/webhooks"))
                .json()
                .items("items")
                .getFirst()
                .text("id")
                .orElseThrow();
        assertThat(person.get(person.own("/webhooks/" + webhook)).json().text("api_version"))
                .contains("2024-06-20");
        assertThat(findings(charges)).isEmpty();
    }

    @Test
    void a_version_in_a_header_is_noticed() throws GeneralSecurityException {
        Made orders = host.integrateWith("shop", "{\"webhook_secret\":\"shpss_1\"}", "shopify_order_v1")
                .getFirst();
        byte[] body = "{\"id\":1,\"updated_at\":\"2026-01-05T08:00:00Z\"}".getBytes(StandardCharsets.UTF_8);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("shpss_1".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));

        Answer answer = host.call(
                "POST",
                "/v1/service_integrations/" + orders.id(),
                body,
                Map.of(
                        "X-Shopify-Hmac-Sha256",
                        Base64.getEncoder().encodeToString(mac.doFinal(body)),
                        "X-Shopify-API-Version",
                        "2026-04"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(host.platform("select api_version from webhook where endpoint_id = " + endpoint(orders)))
                .containsExactly("2026-04");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                host.platform("select api_version from endpoint where id = " + endpoint(orders)))
                        .containsExactly("2026-04"));
    }

    @Test
    void a_version_that_lacks_columns_is_told_once() {
        Person person = Person.loggedIn(host, "gaps@example.com");
        Made charges = person.integrate("stripe_charge_v1");

        send(charges, "ch_1", "2025-03-31.basil", null);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(charges)).containsExactly("version"));
        send(charges, "ch_2", "2024-06-20", "in_1");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(field(person, charges, "webhook_api_version"))
                        .isEqualTo("2024-06-20"));
        send(charges, "ch_3", "2025-03-31.basil", null);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(field(person, charges, "webhook_api_version"))
                        .isEqualTo("2025-03-31.basil"));
        send(charges, "ch_4", "2026-07-29.dahlia", null);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(charges)).containsExactly("version", "version"));
        assertThat(findings(charges))
                .hasSize(2)
                .allSatisfy(reason ->
                        assertThat(reason).contains("invoice_id", "since 2025-03-31", "stripe_invoice_payment_v1"));
    }

    @Test
    void what_is_no_version_is_not_kept() {
        Person person = Person.loggedIn(host, "hostile@example.com");
        Made charges = person.integrate("stripe_charge_v1");

        send(charges, "ch_1", "x".repeat(65), null);
        send(charges, "ch_2", "<script>", null);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(person.ids(charges)).hasSize(2));
        assertThat(host.platform(
                        "select coalesce(api_version, 'none') from webhook where endpoint_id = " + endpoint(charges)))
                .containsExactly("none", "none");
        assertThat(field(person, charges, "webhook_api_version")).isEmpty();
    }

    @Test
    void a_column_that_had_values_and_has_none_in_50_rows_is_told_once() {
        Person person = Person.loggedIn(host, "nulls@example.com");
        Made charges = person.integrate("stripe_charge_v1");
        for (int i = 0; i < 3; i++) {
            send(charges, "ch_0" + i, "2024-06-20", "in_1");
        }
        for (int i = 0; i < 49; i++) {
            send(charges, "ch_1" + i, "2024-06-20", null);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(person.ids(charges)).hasSize(52));
        lookAtAnotherTable(person);
        assertThat(findings(charges)).isEmpty();

        send(charges, "ch_200", "2024-06-20", null);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(charges)).containsExactly("column"));
        assertThat(findings(charges))
                .containsExactly(
                        "The column invoice_id is NULL in the latest 50 rows; of the 3 before, 3 have a value.");

        for (int i = 300; i < 350; i++) {
            send(charges, "ch_" + i, "2024-06-20", "in_2");
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(findings(charges)).isEmpty());
    }

    /** Tables are looked at one after the other, in rounds. */
    private static void lookAtAnotherTable(Person person) {
        Made others = person.integrate("stripe_customer_v1");
        for (int i = 0; i < 51; i++) {
            host.send(
                    others.id(),
                    StripeEvents.customer("cus_" + i, "customer.created", i == 0 ? "a@b.co" : "", NOW + i, "evt_c" + i)
                            .replace("\"email\":\"\"", "\"email\":null"));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(findings(others)).hasSize(1));
    }

    private static void send(Made charges, String id, String version, String invoice) {
        String invoiced = Optional.ofNullable(invoice).map("\"%s\""::formatted).orElse("null");
        long created = NOW + Long.parseLong(id.substring(3));
        assertThat(host.send(charges.id(), """
                        {"id":"evt_%s","object":"event","api_version":"%s","type":"charge.updated","created":%d,\
                        "data":{"object":{"id":"%s","object":"charge","amount":7,"invoice":%s,"status":"succeeded"}}}""".formatted(id, version, created, id, invoiced))
                        .status())
                .isEqualTo(202);
    }

    private static String field(Person person, Made made, String name) {
        Json answer = person.post(
                        person.own("/service_integrations/%s/info".formatted(made.id())), Map.of("field", name))
                .json();
        return answer.items("blocks").getFirst().text("value").orElseThrow();
    }

    private static String endpoint(Made made) {
        return host.platform("select endpoint_id::text from integration where opaque_id = '%s'".formatted(made.id()))
                .getFirst();
    }

    private static List<String> alerts(Made made) {
        return host.platform("select cause from alert where subject = '%s'".formatted(made.id()));
    }

    private static List<String> findings(Made made) {
        return host.platform(
                "select reason from finding join integration on integration.id = integration_id where opaque_id = '%s'"
                        .formatted(made.id()));
    }
}
