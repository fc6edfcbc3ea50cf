package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks as programs make them, with a token of an organization. */
class WebhookApiTest {
    private static final String URL = "http://127.0.0.1:9/webhooks";
    private static final String VALID =
            "{\"url\":\"%s\",\"events\":[\"user.created\",\"user.updated\"]}".formatted(URL);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int names;

    private Person person;
    private String token;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void makeToken() {
        person = Person.loggedIn(host, "program%d@example.com".formatted(++names));
        token = token(person, "member");
    }

    @Test
    void a_webhook_is_created_with_the_fields_of_the_manual_and_its_secret_once() {
        Answer created = call("POST", "/v1/webhooks", VALID);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().text("id").orElseThrow()).startsWith("wh_");
        assertThat(created.json().text("url")).contains(URL);
        assertThat(texts(created.json(), "events")).containsExactly("user.created", "user.updated");
        assertThat(created.json().text("status")).contains("active");
        assertThat(created.json().text("created_at").orElseThrow()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        String secret = created.json().text("secret").orElseThrow();
        assertThat(secret).startsWith("whsec_");
        for (String path : List.of("/v1/webhooks", "/v1/webhooks/" + id(created))) {
            assertThat(JsonWriter.write(call("GET", path, "").json())).doesNotContain(secret, "\"secret\"");
        }
    }

    @Test
    void what_one_door_makes_the_other_shows() {
        Answer created = call("POST", "/v1/webhooks", VALID);

        assertThat(person.get(person.own("/webhook_subscriptions")).json().items("items"))
                .extracting(one -> one.text("opaque_id").orElseThrow())
                .containsExactly(id(created));
        person.post(person.own("/webhook_subscriptions/%s/pause".formatted(id(created))), Map.of());
        assertThat(call("GET", "/v1/webhooks/" + id(created), "").json().text("status"))
                .contains("paused");
        assertThat(call("GET", "/v1/webhooks", "").json().items("data"))
                .extracting(one -> one.text("id").orElseThrow())
                .containsExactly(id(created));
    }

    @Test
    void a_change_changes_what_it_says_and_nothing_else() {
        Made charges = person.integrate("stripe_charge_v1");
        String one = "/v1/webhooks/" + id(call("POST", "/v1/webhooks", """
                {"url":"%s","events":["updated"],"integration":"%s","columns":["status"],"origins":["webhook"],"rate":7,"ordered":true}""".formatted(URL, charges.id())));

        Answer changed =
                call("PATCH", one, "{\"events\":[\"created\",\"deleted\"],\"status\":\"paused\",\"rate\":null}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(texts(changed.json(), "events"))
                .containsExactly("stripe_charge_v1.created", "stripe_charge_v1.deleted");
        assertThat(changed.json().text("status")).contains("paused");
        assertThat(changed.json().number("rate")).isEmpty();
        assertThat(texts(changed.json(), "columns")).containsExactly("status");
        assertThat(texts(changed.json(), "origins")).containsExactly("webhook");
        assertThat(changed.json().text("url")).contains(URL);
        assertThat(changed.json().at("ordered")).isEqualTo(new Json.Bool(true));
        assertThat(call("PATCH", one, "{\"url\":\"nonsense\",\"status\":\"active\"}")
                        .status())
                .isEqualTo(422);
        assertThat(call("GET", one, "").json().text("status")).contains("paused");
    }

    @Test
    void what_is_deleted_is_gone() {
        String one = "/v1/webhooks/" + id(call("POST", "/v1/webhooks", VALID));

        assertThat(call("DELETE", one, "").status()).isEqualTo(204);
        assertThat(call("DELETE", one, "").status()).isEqualTo(404);
        assertThat(call("GET", one, "").status()).isEqualTo(404);
    }

    @Test
    void a_test_is_answered_with_what_became_of_it_and_deliveries_are_listed() {
        String one = "/v1/webhooks/" + id(call("POST", "/v1/webhooks", VALID));

        Answer tested = call("POST", one + "/test", "");
        Answer deliveries = call("GET", one + "/deliveries?status=failed&limit=10", "");

        assertThat(tested.status()).isEqualTo(200);
        assertThat(tested.json().text("status")).contains("failed");
        assertThat(deliveries.json().items("data")).isEmpty();
        assertThat(deliveries.json().at("has_more")).isEqualTo(new Json.Bool(false));
        assertThat(call("GET", one + "/deliveries/del_zzzzzz", "").status()).isEqualTo(404);
        assertThat(call("POST", one + "/deliveries/del_zzzzzz/retry", "").status())
                .isEqualTo(404);
        for (String wrong : List.of("status=lost", "limit=0", "before=7", "before=del_!")) {
            assertThat(call("GET", one + "/deliveries?" + wrong, "").status())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void another_secret_is_answered_once() {
        String one = "/v1/webhooks/" + id(call("POST", "/v1/webhooks", VALID));

        Answer rotated = call("POST", one + "/rotate_secret", "{\"grace_seconds\":60}");

        assertThat(rotated.json().text("secret").orElseThrow()).startsWith("whsec_");
        assertThat(rotated.json().text("old_secret_until")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"url\":\"ftp://example.com\",\"events\":[\"*\"]}|422|url",
                "{\"url\":\"https://10.0.0.1/\",\"events\":[\"*\"]}|422|url",
                "{\"url\":\"http://192.0.2.1/\",\"events\":[\"*\"]}|422|url",
                "{\"url\":\"https://there-is-no-such-name.invalid/\",\"events\":[\"*\"]}|422|url",
                "{\"events\":[\"*\"]}|422|url",
                "{\"url\":7,\"events\":[\"*\"]}|400|url",
                "{\"url\":\"http://127.0.0.1:9/\"}|422|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[]}|422|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":\"*\"}|400|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[7]}|400|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"user.born\"]}|422|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"nothing.*\"]}|422|events",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"secret\":\"\"}|422|secret",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"integration\":\"svi_0\"}|422|integration",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*.updated\"],\"columns\":[\"nothing\"]}|422|columns",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"origins\":[\"letter\"]}|422|origins",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"rate\":1.5}|400|rate",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"rate\":0}|422|rate",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"concurrency\":101}|422|concurrency",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"ordered\":\"yes\"}|400|ordered",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"payload\":\"fat\"}|400|payload",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"status\":\"disabled\"}|422|status",
                "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"],\"colums\":[\"status\"]}|400|colums"
            })
    void what_cannot_be_is_refused_with_its_name_and_nothing_is_created(String body, int status, String field) {
        Answer answer = call("POST", "/v1/webhooks", body);

        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(status);
        assertThat(answer.json().at("error", "field_errors", field)).isInstanceOf(Json.Arr.class);
        assertThat(call("GET", "/v1/webhooks", "").json().items("data")).isEmpty();
    }

    @Test
    void a_body_that_is_no_object_is_refused() {
        for (String body : List.of("[]", "\"text\"", "{", "nonsense")) {
            assertThat(call("POST", "/v1/webhooks", body).status()).as(body).isEqualTo(400);
        }
    }

    @Test
    void another_organizations_webhook_is_like_one_that_does_not_exist() {
        String id = id(call("POST", "/v1/webhooks", VALID));
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(++names));
        String foreign = token(stranger, "admin");

        for (String request : List.of(
                "GET ",
                "PATCH ",
                "DELETE ",
                "POST /test",
                "POST /rotate_secret",
                "GET /deliveries",
                "POST /retry",
                "POST /replay",
                "GET /deliveries/del_1",
                "POST /deliveries/del_1/retry")) {
            String method = request.substring(0, request.indexOf(' '));
            String path = "/v1/webhooks/%s" + request.substring(request.indexOf(' ') + 1);
            Answer theirs = call(method, path.formatted(id), "", foreign);
            Answer none = call(method, path.formatted("wh_0"), "", foreign);

            assertThat(theirs.status()).as(request).isEqualTo(404);
            assertThat(JsonWriter.write(theirs.json()).replace(id, "wh_0")).isEqualTo(JsonWriter.write(none.json()));
        }
        assertThat(call("GET", "/v1/webhooks/" + id, "").status()).isEqualTo(200);
    }

    @Test
    void who_is_in_several_organizations_says_which() {
        person.post("/v1/organizations/create", Map.of("name", "Second of %d".formatted(names)));

        Answer unsaid = call("GET", "/v1/webhooks", "", person.token());
        Answer said = call(
                "POST",
                "/v1/webhooks",
                VALID.replace("{\"url\"", "{\"organization\":\"second_of_%d\",\"url\"".formatted(names)),
                person.token());

        assertThat(unsaid.status()).isEqualTo(400);
        assertThat(unsaid.json().at("error", "field_errors", "organization")).isInstanceOf(Json.Arr.class);
        assertThat(said.status()).isEqualTo(201);
        assertThat(call("GET", "/v1/webhooks?organization=second_of_%d".formatted(names), "", person.token())
                        .json()
                        .items("data"))
                .hasSize(1);
        assertThat(call("GET", "/v1/webhooks", "").json().items("data")).isEmpty();
        assertThat(call("GET", "/v1/webhooks?organization=nobodys", "", person.token())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_viewer_and_nobody_change_nothing() {
        assertThat(call("POST", "/v1/webhooks", VALID, token(person, "viewer")).status())
                .isEqualTo(403);
        assertThat(call("GET", "/v1/webhooks", "", token(person, "viewer")).status())
                .isEqualTo(200);
        assertThat(call("POST", "/v1/webhooks", VALID, "nonsense").status()).isEqualTo(401);
    }

    private static String token(Person person, String role) {
        return person.post(
                        person.own("/tokens/create"),
                        Map.of("name", "token%d %s".formatted(++names, role), "role", role))
                .json()
                .text("token")
                .orElseThrow();
    }

    private Answer call(String method, String path, String body) {
        return call(method, path, body, token);
    }

    private static Answer call(String method, String path, String body, String token) {
        return host.call(
                method,
                path,
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"));
    }

    private static String id(Answer answer) {
        return answer.json().text("id").orElseThrow(() -> new AssertionError(JsonWriter.write(answer.json())));
    }

    private static List<String> texts(Json json, String name) {
        return json.items(name).stream().flatMap(one -> one.text().stream()).toList();
    }
}
