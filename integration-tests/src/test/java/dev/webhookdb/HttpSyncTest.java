package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sync targets as the command line makes them: what it is asked, and what it says. */
class HttpSyncTest {
    private static final String ALL = "/sync_targets/http";
    private static final String CREATE = ALL + "/create";
    private static final String PASSWORD = "secret~pass";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int names;

    private Receiver receiver;
    private Person person;
    private Made charges;

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
        receiver = new Receiver();
        person = Person.loggedIn(host, "syncing%d@example.com".formatted(++names));
        charges = person.integrate("stripe_charge_v1");
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void the_stock_client_makes_changes_and_deletes_one_as_it_is_used_to() {
        Answer first = person.post(person.own(CREATE), stock(""));
        Answer second = person.reply(first, url() + "\n");
        Answer created = person.reply(second, "60\n");
        String id = created.json().text("id").orElseThrow();
        Json listed = onlyOne();
        Answer updated = person.post(
                person.own(ALL + "/%s/update".formatted(id)),
                new Json.Obj(Map.of(
                        "schema", new Json.Str(""),
                        "table", new Json.Str(""),
                        "period_seconds", new Json.Num(BigDecimal.valueOf(120)))));
        String period = onlyOne().text("period_seconds").orElseThrow();
        Answer triggered = person.post(person.own(ALL + "/%s/sync".formatted(id)), Map.of());
        Answer confirming = person.post(person.own(ALL + "/%s/delete".formatted(id)), Map.of("confirm", ""));
        Answer again = person.reply(confirming, "another\n");
        Answer deleted = person.reply(again, charges.table() + "\n");

        assertThat(prompt(first)).isEqualTo("Enter the HTTP endpoint that WebhookDB should sync data to:");
        assertThat(List.of(key(first), key(second), key(confirming), key(again)))
                .containsExactly("connection_url", "period_seconds", "confirm", "confirm");
        assertThat(message(created).lines().toList().getFirst())
                .isEqualTo("Every 60 seconds, data from stripe_charge_v1 in %s will be synchronized to %s"
                        .formatted(charges.table(), shown()));
        assertThat(listed.text("connection_url")).contains(shown());
        assertThat(listed.text("associated_object_display")).contains("%s/%s".formatted(charges.id(), charges.table()));
        assertThat(period).isEqualTo("120");
        assertThat(message(updated)).startsWith("Every 120 seconds, data from stripe_charge_v1");
        assertThat(message(triggered)).contains(charges.table());
        assertThat(message(deleted)).contains("no longer");
        assertThat(targets()).isEmpty();
    }

    @Test
    void who_creates_one_learns_its_id_and_once_the_secret_that_signs() {
        Json created = person.post(
                        person.own(CREATE),
                        Map.of(
                                "service_integration_identifier", charges.table(),
                                "connection_url", url(),
                                "period_seconds", "60",
                                "page_size", "10",
                                "timeout_seconds", "90"))
                .json();

        String secret = created.text("secret").orElseThrow();
        assertThat(secret).startsWith("whsec_");
        assertThat(created.text("message").orElseThrow())
                .contains(created.text("id").orElseThrow(), secret, "not shown again", "are sent first");
        assertThat(created.text("table")).contains(charges.table());
        assertThat(created.number("period_seconds").orElseThrow()).isEqualByComparingTo("60");
        assertThat(created.number("page_size").orElseThrow()).isEqualByComparingTo("10");
        assertThat(created.number("timeout_seconds").orElseThrow()).isEqualByComparingTo("90");
        String id = created.text("id").orElseThrow();
        for (String path : List.of("", "/" + id, "/" + id + "/stats")) {
            assertThat(JsonWriter.write(person.get(person.own(ALL + path)).json()))
                    .doesNotContain(secret, PASSWORD, "somebody");
        }
    }

    @Test
    void an_endpoint_is_sent_a_page_without_rows_before_anything_is_kept() {
        create(Map.of());

        assertThat(receiver.told().getFirst().header("authorization")).startsWith("Basic ");
        assertThat(receiver.told().getFirst().json().items("rows")).isEmpty();
        receiver.answering(request -> 500);
        Answer refused = person.post(person.own(CREATE), fullBody(Map.of()));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("error", "field_errors", "connection_url")).isInstanceOf(Json.Arr.class);
        assertThat(targets()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"period_seconds,change", "period_seconds,Change", "on_change,true"})
    void a_table_can_be_synced_whenever_something_changes(String field, String value) {
        Map<String, String> body = new HashMap<>(fullBody(Map.of(field, value)));
        body.remove(field.equals("on_change") ? "period_seconds" : "on_change");

        Answer created = person.post(person.own(CREATE), body);

        assertThat(message(created)).startsWith("Whenever something changes, data from stripe_charge_v1 in ");
        assertThat(created.json().at("period_seconds")).isEqualTo(new Json.Null());
        assertThat(onlyOne().text("period_seconds")).contains("change");
        String update = person.own(
                ALL + "/%s/update".formatted(created.json().text("id").orElseThrow()));
        assertThat(message(person.post(update, Map.of("period_seconds", "1")))).startsWith("Every second, ");
        assertThat(message(person.post(update, Map.of("on_change", "true")))).startsWith("Whenever something changes");
    }

    @Test
    void who_does_not_want_what_is_there_already_is_told_so() {
        Answer created = person.post(person.own(CREATE), fullBody(Map.of("initial", "none")));

        assertThat(message(created)).contains("The rows that are there already are not sent");
    }

    @Test
    void a_list_and_details_are_texts_and_nothing_is_null() {
        String id = create(Map.of());

        Json item = onlyOne();
        Json details = person.get(person.own(ALL + "/" + id)).json();

        for (Json shown : List.of(item, details)) {
            assertThat(shown.text("opaque_id")).contains(id);
            assertThat(shown.text("last_synced_at")).isPresent();
            assertThat(shown.text("latency")).isPresent();
            assertThat(shown.text("period_seconds")).contains("60");
            assertThat(shown.text("page_size")).contains("1000");
            assertThat(shown.text("timeout_seconds")).contains("60");
            assertThat(shown.text("status")).contains("active");
            assertThat(shown.text("service_integration", "table_name")).contains(charges.table());
            assertThat(JsonWriter.write(shown)).doesNotContain("null");
        }
        assertThat(headers(person.get(person.own(ALL)).json()))
                .containsExactly("Id", "URL", "Associated", "Last Synced", "Latency", "Period", "Page Size", "Status");
        assertThat(headers(details)).contains("Timeout", "Created By", "Created At");
    }

    @Test
    void an_empty_list_says_how_to_make_one() {
        assertThat(message(person.get(person.own(ALL)))).contains("httpsync create");
    }

    @Test
    void what_is_not_given_or_0_stays_as_it_is() {
        String id = create(Map.of("page_size", "10", "timeout_seconds", "90"));
        String update = person.own(ALL + "/%s/update".formatted(id));

        Answer nothing = person.post(update, Map.of("schema", "", "table", ""));
        person.post(update, Map.of("page_size", "0", "period_seconds", "0", "timeout_seconds", "120"));

        assertThat(nothing.status()).isEqualTo(200);
        Json shown = onlyOne();
        assertThat(shown.text("period_seconds")).contains("60");
        assertThat(shown.text("page_size")).contains("10");
        assertThat(shown.text("timeout_seconds")).contains("120");
    }

    @Test
    void other_credentials_are_asked_for_tried_and_then_used() {
        String id = create(Map.of());
        String path = person.own(ALL + "/%s/update_credentials".formatted(id));

        Answer first = person.post(path, Map.of("user", "", "password", ""));
        Answer second = person.reply(first, "other\n");
        Answer changed = person.reply(second, "p@ss/word\n");

        assertThat(List.of(key(first), key(second))).containsExactly("user", "password");
        assertThat(Person.step(second).at("prompt_is_secret")).isEqualTo(new Json.Bool(true));
        assertThat(message(changed)).contains(shown()).doesNotContain("word/", "p@ss");
        assertThat(receiver.told().getLast().header("authorization")).isEqualTo("Basic b3RoZXI6cEBzcy93b3Jk");
        receiver.answering(request -> 401);
        Answer refused = person.post(path, Map.of("user", "wrong", "password", "wrong"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(person.post(path, Map.of("user", "a:b", "password", "c"))
                        .json()
                        .at("error", "field_errors", "user"))
                .isInstanceOf(Json.Arr.class);
    }

    @Test
    void what_is_paused_says_how_it_goes_on_and_cannot_be_triggered() {
        String id = create(Map.of());
        String one = person.own(ALL + "/" + id);

        Answer paused = person.post(one + "/pause", Map.of());
        Answer triggered = person.post(one + "/sync", Map.of());
        String status = onlyOne().text("status").orElseThrow();
        Answer resumed = person.post(one + "/resume", Map.of());

        assertThat(message(paused)).contains("until 'webhookdb httpsync resume %s'".formatted(id));
        assertThat(status).isEqualTo("paused");
        assertThat(triggered.status()).isEqualTo(409);
        assertThat(triggered.json().text("error", "message").orElseThrow()).contains("httpsync resume " + id);
        assertThat(message(resumed)).startsWith("Every 60 seconds, data from stripe_charge_v1");
        assertThat(onlyOne().text("status")).contains("active");
        assertThat(person.post(one + "/sync", Map.of()).status()).isEqualTo(200);
    }

    @Test
    void statistics_are_members_for_programs_and_blocks_for_people() {
        String id = createPaused();
        host.administerPlatform("""
                update sync_progress set sequence = 7, failures = 2, failing_since = '2026-01-31T12:00:00Z', last_error = 'It hangs.',
                  synced_at = '2026-01-31T11:00:00Z' where target_id = (select id from sync_target where opaque_id = '%s')""".formatted(id));
        host.administerPlatform("""
                insert into sync_statistic (target_id, hour, pages, rows, failures, milliseconds)
                select id, date_trunc('hour', now()) - ago * interval '1 hour', 3, 30, 1, 400 from sync_target, unnest(array[0, 5, 30]) as ago
                where opaque_id = '%s'""".formatted(id));

        Json stats = person.get(person.own(ALL + "/%s/stats".formatted(id))).json();

        assertThat(stats.text("status")).contains("paused");
        assertThat(stats.number("sequence").orElseThrow()).isEqualByComparingTo("7");
        assertThat(stats.number("failures_in_a_row").orElseThrow()).isEqualByComparingTo("2");
        assertThat(stats.text("failing_since")).contains("2026-01-31T12:00:00Z");
        assertThat(stats.text("last_synced_at")).contains("2026-01-31T11:00:00Z");
        assertThat(stats.text("last_error")).contains("It hangs.");
        assertThat(stats.number("last_24_hours", "pages").orElseThrow()).isEqualByComparingTo("6");
        assertThat(stats.number("last_24_hours", "rows").orElseThrow()).isEqualByComparingTo("60");
        assertThat(stats.number("last_24_hours", "failures").orElseThrow()).isEqualByComparingTo("2");
        assertThat(stats.number("last_24_hours", "latency_ms").orElseThrow()).isEqualByComparingTo("100");
        assertThat(stats.items("hours")).hasSize(3);
        assertThat(JsonWriter.write(stats.at("blocks"))).contains("paused", "It hangs.", "100 ms", "\"60\"");
    }

    @Test
    void what_stands_still_says_why() {
        String id = createPaused();
        host.administerPlatform("update sync_target set status = 'active' where opaque_id = '%s'".formatted(id));
        host.administerPlatform("""
                update sync_run set parked_at = now(), due_at = null, reason = 'Three hosts ended.'
                where id = (select id from sync_target where opaque_id = '%s')""".formatted(id));

        Json stats = person.get(person.own(ALL + "/%s/stats".formatted(id))).json();

        assertThat(stats.text("status")).contains("stopped");
        assertThat(stats.text("last_error")).contains("Three hosts ended.");
    }

    @Test
    void somebody_elses_target_is_refused_like_one_that_does_not_exist() {
        String id = create(Map.of());
        Person stranger = Person.loggedIn(host, "strange%d@example.com".formatted(++names));

        for (String action :
                List.of("/update", "/update_credentials", "/sync", "/pause", "/resume", "/delete", "/stats", "")) {
            String method = List.of("/stats", "").contains(action) ? "GET" : "POST";
            Answer theirs = stranger.call(method, stranger.own(ALL + "/" + id + action));
            Answer none = stranger.call(method, stranger.own(ALL + "/syt_0" + action));

            assertThat(theirs.status()).isEqualTo(403);
            assertThat(theirs.json().text("error", "message").orElseThrow().replace(id, "syt_0"))
                    .isEqualTo(none.json().text("error", "message").orElseThrow());
        }
        Answer others = stranger.post(stranger.own(CREATE), fullBody(Map.of()));
        assertThat(others.status()).isEqualTo(403);
        assertThat(onlyOne().text("status")).contains("active");
    }

    @Test
    void a_viewer_looks_and_changes_nothing() {
        String id = create(Map.of());
        Person viewer = Person.loggedIn(host, "looking%d@example.com".formatted(names));
        person.admit(viewer, "viewer");

        assertThat(viewer.get(person.own(ALL + "/" + id)).status()).isEqualTo(200);
        assertThat(viewer.get(person.own(ALL + "/%s/stats".formatted(id))).status())
                .isEqualTo(200);
        assertThat(viewer.post(person.own(ALL + "/%s/pause".formatted(id)), Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(viewer.post(person.own(CREATE), fullBody(Map.of())).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection_url|nonsense",
                "connection_url|ftp://user:password@example.com",
                "connection_url|https://example.com/without/credentials",
                "connection_url|https://user:password@10.0.0.1/",
                "connection_url|http://user:password@192.0.2.1/",
                "connection_url|https://user:password@there-is-no-such-name.invalid/",
                "period_seconds|0",
                "period_seconds|86401",
                "period_seconds|-1",
                "period_seconds|often",
                "period_seconds|99999999999",
                "page_size|0",
                "page_size|10001",
                "page_size|many",
                "timeout_seconds|0",
                "timeout_seconds|601",
                "on_change|perhaps",
                "initial|some"
            })
    void what_cannot_be_is_refused_with_its_name_and_nothing_is_created(String field, String value) {
        Answer answer = person.post(person.own(CREATE), fullBody(Map.of(field, value)));

        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(400);
        assertThat(answer.json().at("error", "field_errors", field)).isInstanceOf(Json.Arr.class);
        assertThat(targets()).isEmpty();
    }

    @Test
    void a_period_and_every_change_are_one_too_many() {
        Answer answer = person.post(person.own(CREATE), fullBody(Map.of("on_change", "true")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("error", "field_errors", "period_seconds")).isInstanceOf(Json.Arr.class);
    }

    @Test
    void a_bad_url_is_told_before_the_period_is_asked_for() {
        Answer asked = person.post(person.own(CREATE), stock(""));

        Answer refused = person.reply(asked, "nonsense\n");

        assertThat(refused.json().text("error", "code")).contains("validation_error");
        assertThat(refused.json().at("error", "field_errors", "connection_url")).isInstanceOf(Json.Arr.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection_url", "period_seconds"})
    void a_client_without_anybody_to_ask_is_not_asked_for_ever(String missing) {
        Map<String, String> body = new HashMap<>(fullBody(Map.of()));
        body.remove(missing);
        Answer answer = person.post(person.own(CREATE), body);
        for (int i = 0; i < 5 && answer.status() == 422; i++) {
            answer = person.reply(answer, "");
        }

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().text("error", "message").orElseThrow()).contains(missing);
    }

    private String url() {
        return receiver.url().replace("http://", "http://somebody:%s@".formatted(PASSWORD));
    }

    private String shown() {
        return receiver.url().replace("http://", "http://***:***@");
    }

    private String create(Map<String, String> more) {
        Answer created = person.post(person.own(CREATE), fullBody(more));
        return created.json().text("id").orElseThrow(() -> new AssertionError(JsonWriter.write(created.json())));
    }

    /** One that nobody works on. */
    private String createPaused() {
        String id = create(Map.of());
        person.post(person.own(ALL + "/%s/pause".formatted(id)), Map.of());
        String working =
                "select count(*) from sync_run join sync_target using (id) where claimed_by is not null and opaque_id = '%s'"
                        .formatted(id);
        await().until(() -> host.platform(working).equals(List.of("0")));
        return id;
    }

    private Map<String, String> fullBody(Map<String, String> more) {
        Map<String, String> body = new HashMap<>(Map.of(
                "service_integration_identifier", charges.id(), "connection_url", url(), "period_seconds", "60"));
        body.putAll(more);
        return body;
    }

    /** What the service's own client sends, whatever was given. */
    private Map<String, String> stock(String url) {
        return Map.of("service_integration_identifier", charges.id(), "connection_url", url, "schema", "", "table", "");
    }

    private List<Json> targets() {
        return person.get(person.own(ALL)).json().items("items");
    }

    private Json onlyOne() {
        assertThat(targets()).hasSize(1);
        return targets().getFirst();
    }

    private static List<String> headers(Json json) {
        return json.items("display_headers").stream()
                .map(pair -> pair.items().getLast().text().orElseThrow())
                .toList();
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
}
