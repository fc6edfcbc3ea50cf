package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members do with integrations, beyond the conversation about one service. */
class IntegrationsTest {
    private static final String KEY = "rk_test_right";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int people;

    private Person admin;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void logIn() {
        admin = Person.loggedIn(host, "integrator%d@example.com".formatted(++people));
    }

    @Test
    void a_connector_is_set_up_once_for_every_service_that_is_chosen() {
        Answer which = create("stripe");
        assertThat(Person.step(which).text("output").orElseThrow()).contains("stripe_charge_v1", "stripe_refund_v1");

        Answer again = admin.reply(which, "stripe_charge_v1, stripe_nonsense_v1\n");
        assertThat(Person.step(again).text("output").orElseThrow()).contains("no stripe_nonsense_v1");

        Answer secret = admin.reply(again, "stripe_charge_v1, stripe_customer_v1\n");
        String output = secret.json().text("output").orElseThrow();
        assertThat(output).contains("charge.succeeded", "customer.created");
        assertThat(output.split("/v1/service_integrations/", -1)).as("one URL").hasSize(2);
        Answer done = admin.reply(secret, RunningHost.SECRET + "\n");

        assertThat(done.json().isTrue("complete")).isTrue();
        List<Made> made = integrations();
        assertThat(made).extracting(Made::service).containsExactly("stripe_charge_v1", "stripe_customer_v1");
        assertThat(done.json().text("output").orElseThrow())
                .contains(made.getFirst().table(), made.getLast().table());
        String endpoint = url(made.getFirst());
        assertThat(url(made.getLast())).isEqualTo(endpoint);
        String id = endpoint.substring(endpoint.lastIndexOf('/') + 1);
        host.send(id, StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
        host.send(id, StripeEvents.customer("cus_1", "customer.created", "a@b.co", 1_700_000_000, "evt_2"));
        await().until(() -> admin.ids(made.getFirst()).equals(List.of("ch_1"))
                && admin.ids(made.getLast()).equals(List.of("cus_1")));
    }

    @Test
    void every_service_of_a_connector_can_be_taken_at_once() {
        Answer secret = admin.post(
                admin.own("/service_integrations/create"), Map.of("service_name", "stripe", "services", "all"));
        admin.reply(secret, RunningHost.SECRET + "\n");

        assertThat(integrations()).hasSize(17);
    }

    @Test
    void a_service_with_a_typo_is_refused_with_similar_names() {
        assertThat(message(create("stripe_charges_v1"))).contains("Did you mean stripe_charge_v1");
        assertThat(message(create("stripe_custmer"))).contains("stripe_customer_v1");
        assertThat(message(create("nope_v1"))).contains("There are: ").contains("stripe_charge_v1");
    }

    @Test
    void a_key_that_the_provider_refuses_is_asked_for_again_before_anything_begins() {
        Made charges = admin.integrate("stripe_charge_v1");
        StripeSimulator account =
                StripeSimulator.seeded(7).startingAt(Instant.now().minusSeconds(600));
        account.happen(20);
        try (StripeApi api = StripeApi.serving(account, KEY)) {
            admin.post(integration(charges, "/transition/api_url"), Map.of("value", api.url() + "\n"));
            Answer question = admin.post(integration(charges, "/backfill"), Map.of());

            Answer again = admin.reply(question, "rk_test_wrong\n");

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().isTrue("needs_input")).isTrue();
            assertThat(again.json().text("output").orElseThrow())
                    .contains("backfill_key")
                    .doesNotContain("rk_test_wrong");
            assertThat(jobs(charges)).isEmpty();

            Answer begun = admin.reply(again, KEY + "\n");

            assertThat(begun.json().isTrue("complete")).isTrue();
            await().until(() -> jobs(charges).getFirst().text("state").equals(Optional.of("succeeded")));
            assertThat(admin.ids(charges)).isNotEmpty();
        }
    }

    @Test
    void backfills_are_watched_scheduled_and_only_cancelled_while_they_run() {
        Made charges = admin.integrate("stripe_charge_v1");

        assertThat(admin.get(integration(charges, "/backfill/jobs"))
                        .json()
                        .text("message")
                        .orElseThrow())
                .contains("was not listed yet");
        assertThat(admin.post(integration(charges, "/backfill/cancel"), Map.of())
                        .status())
                .isEqualTo(409);
        assertThat(admin.post(integration(charges, "/backfill/schedule"), Map.of("every", "PT2H"))
                        .json()
                        .text("message")
                        .orElseThrow())
                .contains("2H");
        assertThat(admin.post(integration(charges, "/backfill/schedule"), Map.of("every", "soon"))
                        .status())
                .isEqualTo(400);
        assertThat(admin.get(integration(charges, "/backfill/refused")).json().items("items"))
                .isEmpty();
    }

    @Test
    void a_program_pushes_resources_with_the_key_of_one_integration_until_it_is_rolled() {
        Made charges = admin.integrate("stripe_charge_v1");
        Made customers = admin.integrate("stripe_customer_v1");
        String key = roll(charges);

        Answer pushed = push(charges, key, "{\"id\":\"ch_pushed\",\"object\":\"charge\",\"amount\":5}");

        assertThat(pushed.status()).isEqualTo(200);
        assertThat(admin.ids(charges)).containsExactly("ch_pushed");
        assertThat(push(charges, key, "{\"object\":\"charge\"}").status()).isEqualTo(400);
        assertThat(push(customers, key, "{\"id\":\"cus_1\"}").status()).isEqualTo(401);
        String other = roll(charges);
        assertThat(push(charges, key, "{\"id\":\"ch_late\"}").status()).isEqualTo(401);
        assertThat(push(charges, other, "{\"id\":\"ch_late\"}").status()).isEqualTo(200);
    }

    @Test
    void secrets_are_shown_to_admins_who_insist_and_that_is_audited() {
        Made charges = admin.integrate("stripe_charge_v1");
        String key = roll(charges);

        assertThat(field(charges, Map.of("field", "webhook_secret"))).isEqualTo("***");
        assertThat(field(charges, Map.of("field", "webhookdb_api_key"))).isEqualTo("***");
        assertThat(field(charges, Map.of("field", "webhook_secret", "reveal", "true")))
                .isEqualTo(RunningHost.SECRET);
        assertThat(field(charges, Map.of("field", "webhookdb_api_key", "reveal", "true")))
                .isEqualTo(key);
        assertThat(host.platform(
                        "select action from audit where subject = '%s' order by id".formatted(charges.table())))
                .contains("reveal secrets", "roll key");

        Person member = Person.loggedIn(host, "colleague%d@example.com".formatted(people));
        String code = host.platform("select code from invitation where email = '%s'".formatted(invited(member)))
                .getFirst();
        member.post("/v1/organizations/join", Map.of("invitation_code", code));
        Answer refused = member.post(integration(charges, "/info"), Map.of("reveal", "true"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(member.post(integration(charges, "/info"), Map.of()).status())
                .isEqualTo(200);
    }

    private String invited(Person person) {
        admin.post(admin.own("/invite"), Map.of("email", person.email(), "role_name", "member"));
        return person.email();
    }

    private Answer create(String service) {
        return admin.post(admin.own("/service_integrations/create"), Map.of("service_name", service));
    }

    private String integration(Made made, String path) {
        return admin.own("/service_integrations/" + made.id() + path);
    }

    private List<Made> integrations() {
        return admin.get(admin.own("/service_integrations")).json().items("items").stream()
                .map(item -> new Made(
                        item.text("opaque_id").orElseThrow(),
                        item.text("service_name").orElseThrow(),
                        item.text("table_name").orElseThrow()))
                .toList();
    }

    private String url(Made made) {
        return field(made, Map.of("field", "url"));
    }

    private String field(Made made, Map<String, String> parameters) {
        return admin.post(integration(made, "/info"), parameters)
                .json()
                .items("blocks")
                .getFirst()
                .text("value")
                .orElseThrow();
    }

    private List<Json> jobs(Made made) {
        return admin.get(integration(made, "/backfill/jobs")).json().items("items");
    }

    private String roll(Made made) {
        return admin.post(integration(made, "/roll_api_key"), Map.of())
                .json()
                .text("webhookdb_api_key")
                .orElseThrow();
    }

    private Answer push(Made made, String key, String body) {
        return host.call("POST", integration(made, "/upsert"), body.getBytes(UTF_8), Map.of("Whdb-Api-Key", key));
    }

    private static String message(Answer answer) {
        return answer.json().text("error", "message").orElseThrow();
    }
}
