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
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are kept in step in another PostgreSQL. */
class DatabaseSyncTest {
    private static final String ALL = "/sync_targets/db";
    private static final String CREATE = ALL + "/create";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int names;

    private final ServerAddress address = TestPostgres.freshAddress();
    private final Database warehouse = TestPostgres.open(address);
    private Person person;
    private Made customers;

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
    void logIn() {
        person = Person.loggedIn(host, "copying%d@example.com".formatted(++names));
        customers = person.integrate("stripe_customer_v1");
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void a_copy_follows_its_table_deletions_included() {
        IntStream.range(0, 50).forEach(i -> customer(i, "customer.created", "first%d@example.com".formatted(i), 100));
        create(Map.of("on_change", "true", "period_seconds", ""));
        awaitEqual(50);
        IntStream.range(0, 20).forEach(i -> customer(i, "customer.updated", "it's \"%d\"\\".formatted(i), 200));
        customer(3, "customer.deleted", "gone@example.com", 300);
        customer(50, "customer.created", "new@example.com", 300);
        awaitEqual(51);
        assertThat(there("select count(*) from %s where deleted_at is not null".formatted(table())))
                .containsExactly("1");
    }

    @Test
    void batches_of_any_size_arrive_whole() {
        IntStream.range(0, 30).forEach(i -> customer(i, "customer.created", "a@example.com", 100));
        create(Map.of("page_size", "7"));
        awaitEqual(30);
    }

    @Test
    void what_was_there_before_can_be_left_out() {
        customer(1, "customer.created", "old@example.com", 100);
        create(Map.of("on_change", "true", "period_seconds", "", "initial", "none"));
        customer(2, "customer.created", "new@example.com", 100);
        await().atMost(PATIENCE)
                .until(() -> there("select stripe_id from " + table()).equals(List.of("cus_2")));
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
        Answer triggered = person.post(person.own(ALL + "/%s/sync".formatted(id)), Map.of());
        Answer confirming = person.post(person.own(ALL + "/%s/delete".formatted(id)), Map.of("confirm", ""));
        Answer deleted = person.reply(confirming, customers.table() + "\n");

        assertThat(Person.step(first).text("post_params_value_key")).contains("connection_url");
        assertThat(Person.step(second).text("post_params_value_key")).contains("period_seconds");
        assertThat(message(created))
                .startsWith(
                        "Every 60 seconds, data from stripe_customer_v1 in %s will be synchronized to the table %1$s in"
                                .formatted(customers.table()));
        assertThat(listed.text("connection_url").orElseThrow())
                .contains("***:***@")
                .doesNotContain(password());
        assertThat(listed.text("schema_and_table_string")).contains(customers.table());
        assertThat(message(updated)).startsWith("Every 120 seconds");
        assertThat(message(triggered)).contains(customers.table());
        assertThat(message(deleted)).contains("no longer");
        assertThat(targets()).isEmpty();
        assertThat(there("select count(*) from " + table())).containsExactly("0");
    }

    @Test
    void it_goes_to_the_schema_and_table_that_are_named_and_to_others_afterwards() {
        customer(1, "customer.created", "a@example.com", 100);
        String id = create(Map.of("schema", "My Analytics", "table", "all customers"));
        await().atMost(PATIENCE)
                .until(() -> there("select stripe_id from \"My Analytics\".\"all customers\"")
                        .equals(List.of("cus_1")));
        assertThat(onlyOne().text("schema_and_table_string")).contains("My Analytics.all customers");
        Answer updated = person.post(
                person.own(ALL + "/%s/update".formatted(id)), Map.of("schema", "public", "table", "people"));
        assertThat(message(updated)).contains("All rows are copied there");
        await().atMost(PATIENCE)
                .until(() -> there("select stripe_id from public.people").equals(List.of("cus_1")));
        assertThat(there("select count(*) from \"My Analytics\".\"all customers\""))
                .containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncate %s",
                "delete from %s where stripe_id = 'cus_7'",
                "drop table %s",
                "alter table %s drop column email",
                "insert into %s (stripe_id, data, _change) values ('cus_x', '{}', 1)",
                "delete from _webhookdb_positions",
                "update _webhookdb_positions set position = 1",
                "update _webhookdb_positions set position = 1000000000"
            })
    void a_copy_that_somebody_changed_is_made_right_again(String change) {
        IntStream.range(0, 10).forEach(i -> customer(i, "customer.created", "a@example.com", 100));
        String id = create(Map.of());
        awaitEqual(10);
        run(change.formatted(table()));
        customer(1, "customer.updated", "b@example.com", 200);
        trigger(id);
        awaitEqual(10);
        assertThat(there("select count(*) from pg_class where relname like '%reload%'"))
                .containsExactly("0");
    }

    @Test
    void what_is_there_already_is_not_written_again_although_the_platform_forgot_that_it_was() {
        IntStream.range(0, 10).forEach(i -> customer(i, "customer.created", "a@example.com", 100));
        String id = create(Map.of());
        awaitEqual(10);
        List<String> before = there("select stripe_id, xmin from %s order by 1".formatted(table()));
        host.administerPlatform(
                "update sync_progress set acknowledged_change = 0 where target_id = (select id from sync_target where opaque_id = '%s')"
                        .formatted(id));
        customer(10, "customer.created", "a@example.com", 100);
        trigger(id);
        awaitEqual(11);
        assertThat(there("select stripe_id, xmin from %s where stripe_id <> 'cus_10' order by 1".formatted(table())))
                .isEqualTo(before);
    }

    @Test
    void a_row_that_is_refused_is_put_aside_and_the_others_go_on() {
        IntStream.range(0, 10).forEach(i -> customer(i, "customer.created", "a@example.com", 100));
        String id = create(Map.of());
        awaitEqual(10);
        run("alter table %s add constraint short check (email not like 'evil%%')".formatted(table()));
        IntStream.range(0, 10)
                .forEach(i -> customer(i, "customer.updated", i == 4 ? "evil@example.com" : "b@example.com", 200));
        trigger(id);
        await().atMost(PATIENCE)
                .until(() -> there("select count(*) from %s where email = 'b@example.com'".formatted(table()))
                        .equals(List.of("9")));
        await().atMost(PATIENCE)
                .until(() -> statistics(id)
                        .number("rows_refused")
                        .filter(number -> number.intValue() == 1)
                        .isPresent());
        Json refused = statistics(id).items("refused").getFirst();
        assertThat(refused.text("key")).contains("cus_4");
        assertThat(refused.text("reason").orElseThrow())
                .contains("violates check constraint")
                .doesNotContain("evil");
        run("alter table %s drop constraint short".formatted(table()));
        trigger(id);
        awaitEqual(10);
        await().atMost(PATIENCE).until(() -> statistics(id).items("refused").isEmpty());
    }

    @Test
    void a_paused_copy_stands_still_and_goes_on_when_it_is_resumed() {
        String id = create(Map.of("on_change", "true", "period_seconds", ""));
        person.post(person.own(ALL + "/%s/pause".formatted(id)), Map.of());
        customer(1, "customer.created", "a@example.com", 100);
        await().during(Duration.ofSeconds(1))
                .until(() -> there("select count(*) from " + table()).equals(List.of("0")));
        person.post(person.own(ALL + "/%s/resume".formatted(id)), Map.of());
        awaitEqual(1);
    }

    @Test
    void a_destination_that_is_away_is_tried_again_and_seen_to_fail() {
        String id = create(Map.of("on_change", "true", "period_seconds", ""));
        run("alter role %s nologin".formatted(role()));
        customer(1, "customer.created", "a@example.com", 100);
        await().atMost(PATIENCE).until(() -> statistics(id).text("status").equals(Optional.of("failing")));
        assertThat(statistics(id).text("last_error").orElseThrow()).contains("is not permitted to log in");
        run("alter role %s login".formatted(role()));
        trigger(id);
        awaitEqual(1);
        await().atMost(PATIENCE).until(() -> statistics(id).text("status").equals(Optional.of("active")));
    }

    @Test
    void a_destination_that_is_back_is_not_seen_to_fail_although_there_is_nothing_to_write() {
        String id = create(Map.of("on_change", "true", "period_seconds", ""));
        customer(1, "customer.created", "a@example.com", 100);
        awaitEqual(1);
        run("alter role %s nologin".formatted(role()));
        trigger(id);
        await().atMost(PATIENCE).until(() -> statistics(id).text("status").equals(Optional.of("failing")));
        run("alter role %s login".formatted(role()));
        trigger(id);
        await().atMost(PATIENCE).until(() -> statistics(id).text("status").equals(Optional.of("active")));
        assertThat(statistics(id).text("last_error")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection_url | ftp://u:p@example.com/x | No destination has URLs that begin with 'ftp://'",
                "connection_url | duckdb:///x.duckdb | which docs/destinations/duckdb.md says how to build",
                "connection_url | https://u:p@example.com/x | use 'webhookdb httpsync create'",
                "connection_url | nonsense | Write a URL",
                "connection_url | postgres://127.0.0.1/x | must contain a user and a password",
                "connection_url | postgres://u:p@127.0.0.1:1/x | cannot be reached",
                "connection_url | postgres://u:p@127.0.0.1:1/x?socketFactory=Evil | The only parameter",
                "connection_url | postgres://u:p@10.0.0.1/x | is an internal address",
                "table | drop table x; -- | A table's name begins with a letter",
                "schema | 1st | A schema's name begins with a letter",
                "page_size | 10001 | A page can have 1 to 10,000 rows",
                "period_seconds | 90000 | every 1 to 86,400 seconds"
            })
    void what_cannot_be_is_refused_and_named(String field, String value, String sentence) {
        Answer refused = person.post(person.own(CREATE), body(Map.of(field, value)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("error", "field_errors", field)).isInstanceOf(Json.Arr.class);
        assertThat(JsonWriter.write(refused.json())).contains(sentence).doesNotContain("u:p@");
        assertThat(targets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create table %s (id bigint, name text) | has no column",
                "create table %s (stripe_id text primary key, email integer, _change bigint) | is of the type integer",
                "create table %s (stripe_id text, _change bigint) | has no unique index",
                "create table %s (stripe_id text primary key, email text unique, _change bigint) | second unique index",
                "create view %s as select 1 as one | it is no table"
            })
    void a_table_that_is_something_else_is_left_alone(String statement, String sentence) {
        run(statement.formatted(table()));
        Answer refused = person.post(person.own(CREATE), body(Map.of()));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("error", "field_errors", "table")).isInstanceOf(Json.Arr.class);
        assertThat(JsonWriter.write(refused.json())).contains(sentence);
        assertThat(targets()).isEmpty();
    }

    @Test
    void a_wrong_password_is_refused_at_the_beginning_and_when_it_is_changed() {
        String role = role();
        String wrong = url().replace(":" + password() + "@", ":wrong@");
        Answer refused = person.post(person.own(CREATE), body(Map.of("connection_url", wrong)));
        String id = create(Map.of());
        Answer unchanged = person.post(
                person.own(ALL + "/%s/update_credentials".formatted(id)), Map.of("user", role, "password", "wrong"));
        run("alter role %s password 'another'".formatted(role));
        Answer changed = person.post(
                person.own(ALL + "/%s/update_credentials".formatted(id)), Map.of("user", role, "password", "another"));
        customer(1, "customer.created", "a@example.com", 100);
        trigger(id);

        if (refused.status() != 200) { // a server that trusts this machine asks for no password
            assertThat(JsonWriter.write(refused.json()))
                    .contains("password authentication failed")
                    .doesNotContain("wrong@");
            assertThat(unchanged.status()).isEqualTo(400);
        }
        assertThat(changed.status()).isEqualTo(200);
        awaitEqual(1);
    }

    @Test
    void two_targets_do_not_write_one_table() {
        String id = create(Map.of());
        Answer refused = person.post(person.own(CREATE), body(Map.of()));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(JsonWriter.write(refused.json())).contains(id + " writes that table already");
        assertThat(targets()).hasSize(1);
    }

    @Test
    void one_that_is_deleted_can_be_made_again_for_the_table_that_is_there() {
        IntStream.range(0, 5).forEach(i -> customer(i, "customer.created", "a@example.com", 100));
        String id = create(Map.of());
        awaitEqual(5);
        person.post(person.own(ALL + "/%s/delete".formatted(id)), Map.of("confirm", customers.table()));
        customer(1, "customer.updated", "b@example.com", 200);
        create(Map.of());
        awaitEqual(5);
    }

    @Test
    void targets_of_others_and_of_other_kinds_are_not_there() {
        String id = create(Map.of());
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(names));
        for (String path : List.of("", "/stats")) {
            assertThat(stranger.get(stranger.own(ALL + "/" + id + path)).status())
                    .isEqualTo(403);
            assertThat(person.get(person.own("/sync_targets/http/" + id + path)).status())
                    .isEqualTo(403);
        }
        assertThat(person.get(person.own("/sync_targets/http")).json().items("items"))
                .isEmpty();
    }

    private void customer(int number, String type, String email, int second) {
        Answer answer = host.send(
                customers.id(),
                StripeEvents.customer(
                        "cus_" + number,
                        type,
                        email.replace("\\", "\\\\").replace("\"", "\\\""),
                        1_700_000_000L + second,
                        "evt_%d_%d_%s".formatted(number, second, type)));
        assertThat(answer.status()).isLessThan(300);
    }

    private String table() {
        return customers.table();
    }

    private String role() {
        return "writer_" + address.database();
    }

    private static String password() {
        return "s3cret~pass";
    }

    /** As a user who may do little else. */
    private String url() {
        String role = role();
        if (there("select 1 from pg_roles where rolname = '%s'".formatted(role)).isEmpty()) {
            run("create role %s login password '%s'".formatted(role, password()));
            run("grant all on database %s to %s".formatted(address.database(), role));
            run("grant all on schema public to " + role);
        }
        return "postgres://%s:%s@%s:%d/%s"
                .formatted(role, password(), address.host(), address.port(), address.database());
    }

    private Map<String, String> body(Map<String, String> more) {
        Map<String, String> body = new HashMap<>(Map.of(
                "service_integration_identifier", customers.id(), "connection_url", url(), "period_seconds", "60"));
        body.putAll(more);
        return body;
    }

    private Map<String, String> stock(String url) {
        return Map.of(
                "service_integration_identifier", customers.id(), "connection_url", url, "schema", "", "table", "");
    }

    /** Once everything that was sent is applied. */
    private String create(Map<String, String> more) {
        awaitApplied();
        Answer created = person.post(person.own(CREATE), body(more));
        return created.json().text("id").orElseThrow(() -> new AssertionError(JsonWriter.write(created.json())));
    }

    /** Once everything that was sent is applied. */
    private void trigger(String id) {
        awaitApplied();
        person.post(person.own(ALL + "/%s/sync".formatted(id)), Map.of());
    }

    private Json statistics(String id) {
        return person.get(person.own(ALL + "/%s/stats".formatted(id))).json();
    }

    private List<Json> targets() {
        return person.get(person.own(ALL)).json().items("items");
    }

    private Json onlyOne() {
        assertThat(targets()).hasSize(1);
        return targets().getFirst();
    }

    private static String message(Answer answer) {
        return answer.json().text("message").orElseThrow(() -> new AssertionError(JsonWriter.write(answer.json())));
    }

    /** The copy has so many rows, each as the source has it. */
    private void awaitEqual(int rows) {
        String query =
                "select to_jsonb(t) - array['_as_of','_known_at','_rank','_seen'] as row from %s t order by stripe_id"
                        .formatted(table());
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> source = host.asAdministrator(key(), query);
            assertThat(source).hasSize(rows);
            assertThat(there(query)).isEqualTo(source);
        });
    }

    private void awaitApplied() {
        await().atMost(PATIENCE).until(() -> host.count(key(), "pending") == 0);
    }

    private String key() {
        return host.platform("select key from organization where id = " + person.organization())
                .getFirst();
    }

    private List<String> there(String query) {
        return warehouse.transaction(session -> session.sql(query)
                .list(row -> row.columns().stream()
                        .map(column -> row.optionalText(column).orElse("NULL"))
                        .collect(Collectors.joining("|"))));
    }

    private void run(String statement) {
        warehouse.autocommit(session -> session.sql(statement).execute());
    }
}
