package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.BroughtDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person is forgotten: in the row, the log, what is kept of changes, and for ever. */
class ErasureTest {
    private static final String CUSTOMER = "stripe_customer_v1";
    private static final String EMAIL = "ada@example.com";
    private static final long CREATED = 1_700_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static int names;

    @TempDir
    private static Path directory;

    private static RunningHost host;

    private Person person;
    private Made made;

    @BeforeAll
    static void start() {
        host = RunningHost.start(
                directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8," + BroughtDatabase.allowed()));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void integrate() {
        person = Person.loggedIn(host, "eraser%d@example.com".formatted(++names));
        made = person.integrate(CUSTOMER);
    }

    @Test
    void nothing_but_the_key_is_left_and_no_later_event_fills_the_row_again() {
        customer("cus_1", "customer.created", CREATED);
        customer("cus_2", "customer.created", CREATED);

        Answer erased = erase("cus_1");
        host.send(made.id(), event("cus_1", "customer.updated", CREATED + 9_999));
        host.send(made.id(), event("cus_3", "customer.created", CREATED));
        await().until(() -> person.ids(made).contains("cus_3"));

        assertThat(erased.status()).as(erased.json().toString()).isEqualTo(200);
        assertThat(row("cus_1")).isEqualTo("[[cus_1, , {\"id\": \"cus_1\"}, true]]");
        assertThat(row("cus_2")).contains(EMAIL);
    }

    @Test
    void bodies_that_name_it_are_emptied_and_cannot_be_replayed_and_others_can() {
        customer("cus_1", "customer.created", CREATED);
        customer("cus_2", "customer.created", CREATED);

        erase("cus_1");
        Answer replayed = person.post(person.own("/replay"), Map.of("hours", "4"));

        assertThat(bodies()).hasSize(2).filteredOn(String::isEmpty).hasSize(1);
        assertThat(replayed.json().text("message").orElseThrow())
                .isEqualTo("One webhook is being replayed. One cannot be, because its body was erased.");
        assertThat(JsonWriter.write(person.get(person.own("/webhooks")).json())).contains("Its body was erased");
    }

    @Test
    void who_asks_for_events_is_told_of_the_deletion_and_old_ones_say_nothing_any_more() {
        String begin = pull("").text("next").orElseThrow();
        customer("cus_1", "customer.created", CREATED);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> JsonWriter.write(pull("?after=" + begin)).contains(EMAIL));

        erase("cus_1");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> JsonWriter.write(pull("?after=" + begin)).contains("stripe_customer_v1.deleted"));

        assertThat(JsonWriter.write(pull("?after=" + begin))).doesNotContain(EMAIL);
        List<Json> events = pull("?after=" + begin).items("data").stream()
                .filter(event -> event.text("service_name").isPresent())
                .toList();
        Json deleted = events.getLast();
        assertThat(deleted.text("origin")).contains("erase");
        assertThat(deleted.text("row", "stripe_id")).contains("cus_1");
        assertThat(deleted.at("changes", "email")).isEqualTo(new Json.Null());
        assertThat(events.getFirst().text("row", "stripe_id")).contains("cus_1");
    }

    @Test
    void a_second_time_says_so_and_is_audited_as_well() {
        customer("cus_1", "customer.created", CREATED);

        Answer first = erase("cus_1");
        Answer second = erase("cus_1");

        assertThat(message(first)).contains("is erased");
        assertThat(message(second)).contains("was erased before");
        assertThat(JsonWriter.write(person.get(person.own("/audit")).json()))
                .contains("erase row", "cus_1 of " + made.table());
    }

    @Test
    void what_was_in_hand_meanwhile_is_found_by_a_second_pass() {
        customer("cus_1", "customer.created", CREATED);
        erase("cus_1");

        customerIsSent("cus_1", CREATED + 1);

        await().atMost(Duration.ofMinutes(2))
                .until(() -> host.platform("select 1 from intent where kind = 'erase row'")
                        .isEmpty());
        assertThat(bodies()).isNotEmpty().allMatch(String::isEmpty);
    }

    @Test
    void a_page_that_waits_for_a_receiver_which_is_down_goes_out_later_without_what_was_erased() {
        try (var receiver = new Receiver()) {
            sync("http", receiver.url().replace("http://", "http://somebody:pass@"));
            receiver.answering(told -> 503);
            customer("cus_1", "customer.created", CREATED);
            await().atMost(PATIENCE)
                    .until(() -> receiver.told().stream()
                            .anyMatch(told -> told.body().contains(EMAIL)));
            await().atMost(PATIENCE)
                    .until(() -> !host.platform("""
                                    select 1 from sync_progress join sync_target on sync_target.id = target_id
                                    join integration on integration.id = integration_id
                                    where integration.opaque_id = '%s' and sent_at is null and page_body is not null""".formatted(made.id())).isEmpty());

            erase("cus_1");
            int before = receiver.told().size();
            receiver.answering(told -> 204);

            await().atMost(PATIENCE)
                    .until(() -> receiver.told().stream()
                            .skip(before)
                            .anyMatch(told -> told.body().contains("cus_1")));
            assertThat(receiver.told().stream().skip(before))
                    .noneMatch(told -> told.body().contains(EMAIL));
        }
    }

    @Test
    void the_row_of_a_copy_in_another_database_is_emptied_too() {
        ServerAddress address = TestPostgres.freshAddress();
        try (Database warehouse = TestPostgres.open(address)) {
            customer("cus_1", "customer.created", CREATED);
            customer("cus_2", "customer.created", CREATED);
            sync(
                    "db",
                    "postgres://%s:%s@%s:%d/%s"
                            .formatted(
                                    address.username(),
                                    address.password().reveal(),
                                    address.host(),
                                    address.port(),
                                    address.database()));
            await().atMost(PATIENCE).until(() -> copied(warehouse).contains("cus_1|%s|f".formatted(EMAIL)));

            erase("cus_1");

            await().atMost(PATIENCE)
                    .until(() -> copied(warehouse).equals(List.of("cus_1||t", "cus_2|%s|f".formatted(EMAIL))));
            assertThat(there(
                            warehouse,
                            "select data::text as shown from \"%s\" where stripe_id = 'cus_1'".formatted(made.table())))
                    .containsExactly("{\"id\": \"cus_1\"}");
        }
    }

    private List<String> copied(Database warehouse) {
        if (there(warehouse, "select 'there' as shown where to_regclass('\"%s\"') is not null".formatted(made.table()))
                .isEmpty()) {
            return List.of();
        }
        return there(warehouse, """
                select concat_ws('|', stripe_id, coalesce(email, ''), deleted_at is not null) as shown
                from "%s" order by stripe_id""".formatted(made.table()));
    }

    private static List<String> there(Database warehouse, String query) {
        return warehouse.transaction(session -> session.sql(query).list(row -> row.text("shown")));
    }

    private void sync(String kind, String url) {
        Answer created = person.post(
                person.own("/sync_targets/%s/create".formatted(kind)),
                Map.of(
                        "service_integration_identifier",
                        made.id(),
                        "connection_url",
                        url,
                        "on_change",
                        "true",
                        "period_seconds",
                        ""));
        assertThat(created.status()).as(created.json().toString()).isEqualTo(200);
    }

    @Test
    void it_is_confirmed_and_what_is_not_there_and_who_may_not_get_their_own_answers() {
        customer("cus_1", "customer.created", CREATED);
        Person member = Person.loggedIn(host, "member%d@example.com".formatted(names));
        person.admit(member, "member");

        Answer asked = person.post(path(), Map.of("key", "cus_1"));
        Answer unknown = erase("cus_none");
        Answer forbidden = Person.withToken(host, member.token(), person)
                .post(path(), Map.of("key", "cus_1", "guard_confirm", "y"));

        assertThat(asked.status()).isEqualTo(422);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().text("error", "message").orElseThrow())
                .contains("has no row with the key 'cus_none', so nothing is erased");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.json().text("error", "message").orElseThrow()).contains("takes the role admin");
        assertThat(row("cus_1")).contains(EMAIL);
        assertThat(message(person.reply(asked, "\n"))).contains("is erased");
    }

    private void customer(String id, String type, long at) {
        host.send(made.id(), event(id, type, at));
        await().until(() -> person.ids(made).contains(id));
    }

    private void customerIsSent(String id, long at) {
        host.send(made.id(), event(id, "customer.updated", at));
    }

    private static String event(String id, String type, long at) {
        return StripeEvents.customer(id, type, EMAIL, at, "evt_%s_%d".formatted(id, at));
    }

    private Answer erase(String key) {
        return person.post(path(), Map.of("key", key, "guard_confirm", "y"));
    }

    private String path() {
        return person.own("/service_integrations/%s/erase".formatted(made.id()));
    }

    private static String message(Answer answer) {
        return answer.json().text("message").orElseThrow();
    }

    private String row(String key) {
        return person.cells(
                "select stripe_id, coalesce(email, ''), data::text, (deleted_at is not null)::text from \"%s\" where stripe_id = '%s'"
                        .formatted(made.table(), key));
    }

    private List<String> bodies() {
        return host.platform("""
                select convert_from(body, 'UTF8') from webhook join endpoint on endpoint.id = endpoint_id
                where organization_id = %s""".formatted(person.organization()));
    }

    private Json pull(String query) {
        return person.get("/v1/events" + query).json();
    }
}
