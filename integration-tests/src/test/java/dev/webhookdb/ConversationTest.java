package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the question for a secret to a row, and to the end of the table: the whole conversation about an integration. */
class ConversationTest {
    private static final String CHARGE = "stripe_charge_v1";
    private static final String CHARGED = StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1");

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void a_secret_is_asked_for_then_webhooks_become_rows_that_sql_reads() {
        Person person = Person.loggedIn(host, "main@example.com");

        Answer asked = person.post(person.own("/service_integrations/create"), Map.of("service_name", CHARGE));
        Answer empty = person.reply(asked, "\n");
        Answer done = person.reply(empty, RunningHost.SECRET + "\n");
        Made made = only(person);
        host.send(made.id(), CHARGED);
        host.send(made.id(), CHARGED.getBytes(StandardCharsets.UTF_8), "whsec_wrong");

        assertThat(asked.json().text("output").orElseThrow()).contains("/v1/service_integrations/" + made.id());
        assertThat(asked.json().isTrue("prompt_is_secret")).isTrue();
        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.json().text("output").orElseThrow()).contains("must not be empty");
        assertThat(done.json().isTrue("complete")).isTrue();
        await().until(() -> person.sql("select stripe_id from \"%s\"".formatted(made.table()))
                .json()
                .items("rows")
                .equals(List.of(new Json.Arr(List.of(new Json.Str("ch_1"))))));
        Json stats = person.get(person.own("/service_integrations/%s/stats".formatted(made.id())))
                .json();
        assertThat(stats.text("count_last_7_days_formatted")).contains("2");
        assertThat(stats.text("rejected_last_7_days_percent_formatted")).contains("50.0%");
        assertThat(stats.items("display_headers")).hasSize(17);
    }

    @Test
    void statistics_without_any_webhook_are_texts_too_so_that_no_client_shows_a_nil() {
        Person person = Person.loggedIn(host, "silent@example.com");
        Made made = person.integrate(CHARGE);

        Json stats = person.get(person.own("/service_integrations/%s/stats".formatted(made.id())))
                .json();

        assertThat(stats.items("display_headers"))
                .hasSize(17)
                .allSatisfy(header -> assertThat(stats.text(
                                ((Json.Arr) header).items().getFirst().text().orElseThrow()))
                        .isPresent());
        assertThat(stats.text("count_last_7_days_formatted")).contains("0");
        assertThat(stats.text("success_last_7_days_percent_formatted")).contains("");
        assertThat(stats.text("message")).contains("No webhook came in the last seven days.");
    }

    @Test
    void a_second_integration_of_a_service_is_confirmed_and_its_name_is_ambiguous_then() {
        Person person = Person.loggedIn(host, "second@example.com");
        person.integrate(CHARGE);

        Answer asked = person.post(person.own("/service_integrations/create"), Map.of("service_name", CHARGE));
        Answer secret = person.reply(asked, "\n");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(secret.json().isTrue("needs_input")).isTrue();
        assertThat(person.get(person.own("/service_integrations/%s/stats".formatted(CHARGE)))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void what_was_begun_and_left_is_shown_as_unfinished_and_gone_on_with() {
        Person person = Person.loggedIn(host, "unfinished@example.com");
        String create = person.own("/service_integrations/create");

        Answer left = person.post(create, Map.of("service_name", CHARGE));
        Json begun = only(person, "unfinished");
        Answer again = person.post(create, Map.of("service_name", CHARGE));
        Answer done = person.reply(again, RunningHost.SECRET + "\n");
        Json finished = only(person, "ready");
        Answer another = person.post(create, Map.of("service_name", CHARGE));

        assertThat(left.json().text("output").orElseThrow()).startsWith("Stripe Charge becomes");
        assertThat(again.json().text("output").orElseThrow())
                .contains("not finished", begun.text("id").orElseThrow());
        assertThat(done.json().text("result", "state")).contains("ready");
        assertThat(done.json().text("result", "id")).isEqualTo(begun.text("id"));
        assertThat(finished.text("url")).isEqualTo(begun.text("url"));
        assertThat(another.status()).isEqualTo(422);
    }

    @Test
    void an_unfinished_one_of_other_services_is_not_what_is_meant() {
        Person person = Person.loggedIn(host, "others@example.com");
        String create = person.own("/service_integrations/create");
        person.post(create, Map.of("service_name", "stripe", "services", "stripe_charge_v1,stripe_customer_v1"));

        Answer single = person.post(create, Map.of("service_name", CHARGE));
        Answer pair = person.post(
                create, Map.of("service_name", "stripe", "services", "stripe_customer_v1,stripe_charge_v1"));

        assertThat(single.status()).isEqualTo(422);
        assertThat(pair.json().text("output").orElseThrow()).contains("not finished");
        assertThat(person.get(person.own("/service_integrations")).json().items("items"))
                .hasSize(2);
    }

    @Test
    void settings_are_checked_before_anything_is_there() {
        Person person = Person.loggedIn(host, "check@example.com");
        Answer unknown = checked(person, "webhok_secret", RunningHost.SECRET);
        Answer wrong = checked(person, "webhook_secret", "bad");
        Answer right = checked(person, "webhook_secret", RunningHost.SECRET);

        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().text("error", "message").orElseThrow()).contains("webhok_secret", "webhook_secret");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().text("error", "message").orElseThrow())
                .contains("webhook_secret")
                .doesNotContain("bad");
        assertThat(right.status()).isEqualTo(200);
        assertThat(person.get(person.own("/service_integrations")).json().items("items"))
                .isEmpty();
    }

    private static Answer checked(Person person, String setting, String value) {
        String body = "{\"service_name\":\"%s\",\"settings\":{\"%s\":\"%s\"}}".formatted(CHARGE, setting, value);
        return person.post(
                person.own("/service_integrations/check"), JsonReader.read(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Json only(Person person, String state) {
        List<Json> all = person.get(person.own("/service_integrations")).json().items("items");
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().text("state")).contains(state);
        return all.getFirst();
    }

    @Test
    void an_unknown_service_is_refused_with_the_list_of_those_there_are() {
        Person person = Person.loggedIn(host, "unknown@example.com");

        Answer refused = person.post(person.own("/service_integrations/create"), Map.of("service_name", "nope_v1"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().text("error", "message").orElseThrow()).contains(CHARGE);
    }

    @Test
    void a_reset_asks_anew_and_the_old_secret_counts_until_the_new_one_is_there() {
        Person person = Person.loggedIn(host, "reset@example.com");
        Made made = person.integrate(CHARGE);
        byte[] body = CHARGED.getBytes(StandardCharsets.UTF_8);

        Answer asked = person.post(person.own("/service_integrations/%s/reset".formatted(made.id())), Map.of());
        int meanwhile = host.send(made.id(), body, RunningHost.SECRET).status();
        Answer done = person.reply(asked, "whsec_new\n");

        assertThat(meanwhile).isEqualTo(202);
        assertThat(done.json().isTrue("complete")).isTrue();
        assertThat(host.send(made.id(), body, RunningHost.SECRET).status()).isEqualTo(401);
        assertThat(host.send(made.id(), body, "whsec_new").status()).isEqualTo(202);
    }

    @Test
    void the_stock_client_which_says_nothing_of_errors_after_a_question_is_told_of_them_by_a_step() {
        Person person = Person.loggedIn(host, "stock@example.com");
        Made made = person.integrate(CHARGE);
        Answer asked = person.post(person.own("/service_integrations/%s/reset".formatted(made.id())), Map.of());
        String path = asked.json().text("post_to_url").orElseThrow();
        byte[] answer = "{\"value\":\"whsec_new\\n\"}".getBytes(StandardCharsets.UTF_8);
        Map<String, String> stock = new HashMap<>(person.headers());
        stock.put(
                "User-Agent",
                "WebhookDB/v1 webhookdb-cli/1a2b3c4d (linux; amd64) Built/2024-01-01 https://webhookdb.com");
        person.post(
                person.own("/service_integrations/%s/delete".formatted(made.id())), Map.of("confirm", made.table()));

        Answer told = host.call("POST", path, answer, stock);

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.json().isTrue("complete")).isTrue();
        assertThat(told.json().text("output").orElseThrow()).startsWith("There is no integration");
        assertThat(told.json().text("error_code").orElseThrow()).isNotEmpty();
        assertThat(host.call("POST", path, answer, person.headers()).status()).isBetween(400, 499);
    }

    @Test
    void a_backfill_asks_for_the_key() {
        Person person = Person.loggedIn(host, "backfill@example.com");
        Made made = person.integrate(CHARGE);

        Answer asked = person.post(person.own("/service_integrations/%s/backfill".formatted(made.id())), Map.of());

        assertThat(asked.json().text("post_to_url").orElseThrow()).endsWith("/transition/backfill_key");
        assertThat(asked.json().isTrue("prompt_is_secret")).isTrue();
    }

    @Test
    void secrets_are_not_shown_again() {
        Person person = Person.loggedIn(host, "info@example.com");
        Made made = person.integrate(CHARGE);

        Json all = person.post(person.own("/service_integrations/%s/info".formatted(made.id())), Map.of("field", ""))
                .json();
        Json url = person.post(person.own("/service_integrations/%s/info".formatted(made.id())), Map.of("field", "url"))
                .json();

        assertThat(all.toString()).doesNotContain(RunningHost.SECRET).contains("***");
        assertThat(url.items("blocks").getFirst().text("value").orElseThrow()).endsWith(made.id());
    }

    @Test
    void a_renamed_table_takes_webhooks_on_under_its_new_name() {
        Person person = Person.loggedIn(host, "rename@example.com");
        Made made = person.integrate(CHARGE);
        String path = person.own("/service_integrations/%s/rename_table".formatted(made.id()));

        Answer asked = person.post(path, Map.of("new_name", ""));
        Answer bad = person.reply(asked, "1bad\n");
        Answer renamed = person.reply(asked, "good name\n");
        host.send(made.id(), CHARGED);

        assertThat(bad.json().text("error", "code")).contains("validation_error");
        assertThat(bad.json().items("error", "field_errors", "new_name")).hasSize(1);
        assertThat(renamed.status()).isEqualTo(200);
        await().until(() -> person.sql("select stripe_id from \"good name\"")
                        .json()
                        .items("rows")
                        .size()
                == 1);
        assertThat(person.sql("select 1 from \"%s\"".formatted(made.table())).status())
                .isEqualTo(403);
    }

    @Test
    void a_deletion_is_confirmed_with_the_tables_name_and_takes_the_table_along() {
        Person person = Person.loggedIn(host, "delete@example.com");
        Made made = person.integrate(CHARGE);

        Answer asked =
                person.post(person.own("/service_integrations/%s/delete".formatted(made.id())), Map.of("confirm", ""));
        Answer wrong = person.reply(asked, "something else\n");
        Answer done = person.reply(wrong, made.table() + "\n");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(done.status()).isEqualTo(200);
        assertThat(person.get(person.database("/tables")).json().items("tables"))
                .isEmpty();
        assertThat(person.sql("select 1 from \"%s\"".formatted(made.table())).status())
                .isEqualTo(403);
    }

    @Test
    void sql_only_reads_and_says_in_postgresqls_words_what_is_wrong() {
        Person person = Person.loggedIn(host, "sql@example.com");
        Made made = person.integrate(CHARGE);

        Answer deletion = person.sql("DELETE FROM \"%s\"".formatted(made.table()));
        Answer nonsense = person.sql("nonsense");

        assertThat(deletion.status()).isEqualTo(403);
        assertThat(deletion.json().text("error", "code")).contains("invalid_query");
        assertThat(nonsense.json().text("error", "message").orElseThrow()).startsWith("Syntax error at");
    }

    @Test
    void sql_gives_every_kind_of_value_and_at_most_a_thousand_rows() {
        Person person = Person.loggedIn(host, "values@example.com");

        Json values = person.sql("select null, 7, 12345678901234567, true, '{\"a\": [1]}'::jsonb, 'text', 7 as \"7\"")
                .json();
        Json many = person.sql("select * from generate_series(1, 1001)").json();

        assertThat(values.items("rows").getFirst())
                .hasToString(
                        "Arr[items=[Null[], Num[value=7], Str[value=12345678901234567], Bool[value=true], Obj[fields={a=Arr[items=[Num[value=1]]]}], Str[value=text], Num[value=7]]]");
        assertThat(many.items("rows")).hasSize(1_000);
        assertThat(many.isTrue("max_rows_reached")).isTrue();
        assertThat(values.isTrue("max_rows_reached")).isFalse();
    }

    @Test
    void what_a_statement_does_to_its_connection_is_gone_with_it() {
        Person person = Person.loggedIn(host, "settings@example.com");

        person.sql("set search_path = pg_catalog");

        assertThat(person.sql("show search_path").json().items("rows").toString())
                .contains("public");
    }

    @Test
    void a_request_needs_neither_a_body_nor_a_kind_of_content_or_answer() {
        Person person = Person.loggedIn(host, "bare@example.com");
        Made made = person.integrate(CHARGE);
        Map<String, String> bare = Map.of("Whdb-Auth-Token", person.token());

        Answer begun = host.call(
                "POST", person.own("/service_integrations/%s/backfill".formatted(made.id())), new byte[0], bare);
        Answer listed = host.call("GET", person.own("/service_integrations"), new byte[0], bare);

        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.json().isTrue("needs_input")).isTrue();
        assertThat(listed.json().items("items")).hasSize(1);
    }

    @Test
    void rolled_credentials_replace_the_old_ones() {
        Person person = Person.loggedIn(host, "roll@example.com");
        String path = person.database("/roll_credentials");
        String old = person.connection();

        Answer asked = person.post(path, Map.of());
        Answer rolled = person.reply(asked, "\n");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(rolled.json().text("message").orElseThrow())
                .contains(person.connection())
                .doesNotContain(old);
        assertThat(person.sql("select 1").status()).isEqualTo(200);
    }

    private static Made only(Person person) {
        List<Json> items =
                person.get(person.own("/service_integrations")).json().items("items");
        assertThat(items).hasSize(1);
        return new Made(
                items.getFirst().text("opaque_id").orElseThrow(),
                items.getFirst().text("service_name").orElseThrow(),
                items.getFirst().text("table_name").orElseThrow());
    }
}
