package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Notifications as the command line makes them: what it is asked, and what it says. */
class NotificationsTest {
    private static final String URL = "http://127.0.0.1:9";
    private static final String CREATE = "/webhook_subscriptions/create";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int names;

    private Person person;

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
        person = Person.loggedIn(host, "somebody%d@example.com".formatted(++names));
    }

    @Test
    void a_client_that_gives_nothing_is_asked_for_the_integration_the_url_and_the_secret() {
        Made charges = person.integrate("stripe_charge_v1");

        Answer first = person.post(person.own(CREATE), stock("", "", ""));
        Answer second = person.reply(first, charges.id() + "\n");
        Answer third = person.reply(second, URL + "\n");
        Answer created = person.reply(third, "webhook_secret123\n");

        assertThat(List.of(key(first), key(second), key(third)))
                .containsExactly("service_integration_identifier", "url", "webhook_secret");
        assertThat(created.status()).isEqualTo(200);
        assertThat(message(created))
                .isEqualTo(
                        "All notifications for this stripe_charge_v1 integration will be sent to %s/".formatted(URL));
    }

    @Test
    void who_names_an_integration_is_asked_for_the_secret_and_then_the_url() {
        Made charges = person.integrate("stripe_charge_v1");

        Answer first = person.post(person.own(CREATE), stock(charges.id(), "", ""));
        Answer second = person.reply(first, "webhook_secret123\n");
        Answer created = person.reply(second, URL + "\n");

        assertThat(prompt(first))
                .isEqualTo("Enter a random secret used to sign and verify notifications to the given url:");
        assertThat(prompt(second)).isEqualTo("Enter the URL that WebhookDB should POST notifications to:");
        assertThat(message(created))
                .isEqualTo(
                        "All notifications for this stripe_charge_v1 integration will be sent to %s/".formatted(URL));
        assertThat(created.json().text("standard_secret")).contains("whsec_d2ViaG9va19zZWNyZXQxMjM=");
        assertThat(created.json().items("warnings").getFirst().text().orElseThrow())
                .contains("17 bytes");
    }

    @Test
    void who_names_the_organization_is_told_of_all_of_it() {
        String key = "somebody%d_org".formatted(names);

        Answer first = person.post("/v1/organizations/%s%s".formatted(key, CREATE), stock("", "", ""));
        Answer second = person.reply(first, "webhook_secret123\n");
        Answer created = person.reply(second, URL + "\n");

        assertThat(key(first)).isEqualTo("webhook_secret");
        assertThat(key(second)).isEqualTo("url");
        assertThat(message(created))
                .startsWith("All notifications for all integrations belonging to organization ")
                .endsWith(" will be sent to %s.".formatted(URL));
    }

    @Test
    void nothing_as_the_integration_means_the_whole_organization_and_as_the_secret_that_one_is_made() {
        Answer first = person.post(person.own(CREATE), stock("", "", ""));
        Answer second = person.reply(first, "\n");
        Answer third = person.reply(second, URL + "/in\n");
        Answer created = person.reply(third, "\n");

        assertThat(List.of(key(second), key(third))).containsExactly("url", "webhook_secret");
        assertThat(message(created))
                .contains("will be sent to %s/in.\nThe secret that signs them is whsec_".formatted(URL));
        assertThat(created.json().items("warnings")).isEmpty();
    }

    @Test
    void a_client_without_anybody_to_ask_is_not_asked_for_ever() {
        Answer answer = person.post(person.own(CREATE), stock("", "", ""));
        for (int i = 0; i < 5 && answer.status() == 422; i++) {
            answer = person.reply(answer, "");
        }

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void lists_show_where_and_what_about_without_what_is_secret() {
        Made charges = person.integrate("stripe_charge_v1");
        create(stock(charges.id(), "http://user:password@127.0.0.1:9/in?token=abc", "webhook_secret123"));
        create(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));

        Json list = person.get(person.own("/webhook_subscriptions")).json();

        assertThat(list.items("items"))
                .extracting(one -> one.text("deliver_to_url").orElseThrow() + " "
                        + one.text("status").orElseThrow()
                        + " " + one.text("associated_type").orElseThrow() + " "
                        + one.text("associated_id").orElseThrow())
                .containsExactly(
                        "http://***@127.0.0.1:9/in?token=*** active service_integration " + charges.id(),
                        URL + " active organization somebody%d_org".formatted(names));
        assertThat(JsonWriter.write(list)).doesNotContain("password", "webhook_secret123");
        assertThat(list.items("display_headers")).hasSize(5);
    }

    @Test
    void an_empty_list_says_how_to_make_one() {
        assertThat(message(person.get(person.own("/webhook_subscriptions")))).contains("notification create");
    }

    @Test
    void a_column_that_a_table_has_only_with_a_setting_can_be_named() {
        Made charges = person.integrate("stripe_charge_v1");
        Map<String, String> wanted = new HashMap<>(stock(charges.id(), URL, "webhook_secret123"));
        wanted.put("columns", "account_id");

        Json shown = person.get(person.own("/webhook_subscriptions/" + create(wanted)))
                .json();

        assertThat(texts(shown, "columns")).containsExactly("account_id");
    }

    @Test
    void what_is_changed_paused_and_resumed_is_shown() {
        Made charges = person.integrate("stripe_charge_v1");
        String id = create(stock(charges.id(), URL, "webhook_secret123"));
        String one = person.own("/webhook_subscriptions/" + id);

        person.post(one + "/update", Map.of("events", "created,deleted", "columns", "status, amount", "rate", "5"));
        person.post(one + "/pause", Map.of());

        Json shown = person.get(one).json();
        assertThat(texts(shown, "events")).containsExactly("stripe_charge_v1.created", "stripe_charge_v1.deleted");
        assertThat(texts(shown, "columns")).containsExactly("status", "amount");
        assertThat(shown.number("rate").orElseThrow()).isEqualByComparingTo("5");
        assertThat(shown.text("status")).contains("paused");
        person.post(one + "/update", Map.of("columns", "", "rate", ""));
        person.post(one + "/resume", Map.of());
        Json again = person.get(one).json();
        assertThat(texts(again, "columns")).isEmpty();
        assertThat(again.number("rate")).isEmpty();
        assertThat(again.text("status")).contains("active");
    }

    @Test
    void another_secret_is_told_where_nobody_gave_it() {
        String id = create(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));
        String rotate = person.own("/webhook_subscriptions/%s/rotate_secret".formatted(id));

        assertThat(message(person.post(rotate, Map.of()))).contains("The secret is whsec_", "signs as well until");
        assertThat(message(person.post(rotate, Map.of("webhook_secret", "another", "grace_seconds", "0"))))
                .doesNotContain("another secret:")
                .contains("does not sign any more");
        assertThat(person.post(rotate, Map.of("grace_seconds", "1h")).status()).isEqualTo(400);
    }

    @Test
    void what_is_deleted_is_gone() {
        String id = create(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));
        String delete = person.own("/webhook_subscriptions/%s/delete".formatted(id));

        assertThat(message(person.post(delete, Map.of())))
                .isEqualTo("Events will no longer be sent to %s.".formatted(URL));
        assertThat(person.post(delete, Map.of()).status()).isEqualTo(403);
    }

    @Test
    void somebody_elses_notification_is_refused_like_one_that_does_not_exist() {
        String id = create(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(++names));

        for (String action : List.of("/update", "/pause", "/resume", "/rotate_secret", "/test", "/retry", "/delete")) {
            Answer theirs = stranger.post(stranger.own("/webhook_subscriptions/" + id + action), Map.of());
            Answer none = stranger.post(stranger.own("/webhook_subscriptions/wh_0" + action), Map.of());

            assertThat(theirs.status()).isEqualTo(403);
            assertThat(theirs.json().text("error", "message").orElseThrow().replace(id, "wh_0"))
                    .isEqualTo(none.json().text("error", "message").orElseThrow());
        }
        assertThat(person.get(person.own("/webhook_subscriptions/" + id)).json().text("status"))
                .contains("active");
    }

    @Test
    void a_viewer_looks_and_changes_nothing() {
        String id = create(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));
        Person viewer = Person.loggedIn(host, "viewer%d@example.com".formatted(names));
        person.admit(viewer, "viewer");

        assertThat(viewer.get(person.own("/webhook_subscriptions/" + id)).status())
                .isEqualTo(200);
        assertThat(viewer.post(person.own("/webhook_subscriptions/%s/delete".formatted(id)), Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(viewer.post(person.own(CREATE), stock("", URL, "secret")).status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url|ftp://example.com",
                "url|https://10.0.0.1/",
                "url|http://192.0.2.1/",
                "url|https://there-is-no-such-name.invalid/",
                "events|nothing.created",
                "columns|nothing",
                "origins|letter",
                "payload|fat",
                "rate|0",
                "rate|many",
                "concurrency|1000",
                "status|asleep"
            })
    void what_cannot_be_is_refused_with_its_name_and_nothing_is_created(String field, String value) {
        Map<String, String> body =
                new HashMap<>(Map.of("organization_wide", "true", "url", URL, "webhook_secret", "webhook_secret123"));
        body.put(field, value);

        Answer answer = person.post(person.own(CREATE), body);

        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(400);
        assertThat(answer.json().at("error", "field_errors", field)).isInstanceOf(Json.Arr.class);
        assertThat(person.get(person.own("/webhook_subscriptions")).json().items("items"))
                .isEmpty();
    }

    @Test
    void a_bad_url_is_told_before_the_secret_is_asked_for() {
        Answer asked = person.post(person.own(CREATE), stock("", "", ""));
        Answer url = person.reply(asked, "\n");

        Answer refused = person.reply(url, "nonsense\n");

        assertThat(refused.json().text("error", "code")).contains("validation_error");
        assertThat(refused.json().at("error", "field_errors", "url")).isInstanceOf(Json.Arr.class);
    }

    private String create(Map<String, String> body) {
        Answer created = person.post(person.own(CREATE), body);
        return created.json().text("opaque_id").orElseThrow(() -> new AssertionError(JsonWriter.write(created.json())));
    }

    /** What the service's own client sends, whatever was given. */
    private static Map<String, String> stock(String integration, String url, String secret) {
        return Map.of("service_integration_identifier", integration, "url", url, "webhook_secret", secret);
    }

    private static String key(Answer question) {
        return Person.step(question).text("post_params_value_key").orElseThrow();
    }

    private static String prompt(Answer question) {
        return Person.step(question).text("prompt").orElseThrow();
    }

    private static String message(Answer answer) {
        return answer.json().text("message").orElseThrow(() -> new AssertionError(JsonWriter.write(answer.json())));
    }

    private static List<String> texts(Json json, String name) {
        return json.items(name).stream().flatMap(one -> one.text().stream()).toList();
    }
}
