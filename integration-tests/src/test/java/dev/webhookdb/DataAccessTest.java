package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to an organization's rows: statements, saved queries, saved views, and another PostgreSQL. */
class DataAccessTest {
    private static final String CHARGE = "stripe_charge_v1";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static Person person;
    private static Made made;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        person = Person.loggedIn(host, "reader@example.com");
        made = person.integrate(CHARGE);
        host.send(made.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
        await().until(() ->
                person.cells("select count(*) from %s".formatted(made.table())).equals("[[1]]"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void bad_sql_and_an_unknown_table_are_told_with_the_place() {
        assertThat(message(person.sql("select * form x")))
                .isEqualTo("Syntax error at or near \"form\".\nLINE 1: select * form x\n                 ^");
        assertThat(message(person.sql("select * from nothing_here")))
                .contains("\"nothing_here\" does not exist", "      ^");
    }

    @Test
    void statements_that_write_or_are_several_are_refused_and_no_row_is_lost() {
        assertThat(person.sql("DELETE FROM " + made.table()).status()).isEqualTo(403);
        assertThat(person.sql("commit; delete from " + made.table()).status()).isEqualTo(403);

        assertThat(person.cells("select count(*) from %s".formatted(made.table())))
                .isEqualTo("[[1]]");
    }

    @Test
    void the_old_connection_url_opens_nothing_after_the_credentials_were_rolled() {
        Person other = Person.loggedIn(host, "rolls@example.com");
        String path = other.database("/roll_credentials");
        ServerAddress old = other.address();

        other.reply(other.post(path, Map.of()), "\n");

        assertThat(connects(old)).isFalse();
        assertThat(connects(other.address())).isTrue();
    }

    @Test
    void fixtures_come_with_a_schema_a_sample_and_another_name_for_who_is_not_logged_in() {
        Json fixture = anonymous(
                        "/v1/services/%s/fixtures?format=json-schema&sample=true&table=My%%20Table".formatted(CHARGE))
                .json();
        Answer misnamed = anonymous("/v1/services/%s/fixtures?table=1st".formatted(CHARGE));

        assertThat(fixture.text("schema_sql").orElseThrow()).contains("CREATE TABLE \"My Table\"");
        assertThat(fixture.text("sample_sql").orElseThrow()).startsWith("INSERT INTO \"My Table\"");
        assertThat(fixture.text("json_schema", "properties", "stripe_id", "type"))
                .contains("string");
        assertThat(misnamed.status()).isEqualTo(400);
        assertThat(message(misnamed)).contains("begins with a letter");
        assertThat(anonymous("/v1/services/%s/fixtures?format=xml".formatted(CHARGE))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void another_postgresql_queries_the_tables_joins_them_and_keeps_copies_that_it_refreshes() {
        Person far = Person.loggedIn(host, "far@example.com");
        Made first = far.integrate(CHARGE);
        Made second = far.integrate(CHARGE);
        charge(far, first, "ch_1", "evt_1");
        Map<String, String> names = Map.of(
                "remote_server_name",
                "Far Away",
                "local_schema",
                "user",
                "view_schema",
                "Our Views",
                "fetch_size",
                "7");
        try (Database own = TestPostgres.open(TestPostgres.freshAddressOutside())) {
            Json statements = fdw(far, names).json();
            run(own, statements.text("message").orElseThrow());
            run(own, "create table mine (id text primary key, note text)");
            run(own, "insert into mine values ('ch_1', 'ours')");

            assertThat(rows(own, """
                    select note || status as joined from mine join "user"."%s" on stripe_id = id""".formatted(first.table()))).containsExactly("oursfailed");
            assertThat(rows(own, "select stripe_id from \"Our Views\".%s".formatted(CHARGE)))
                    .containsExactly("ch_1");
            assertThat(rows(own, "select stripe_id from \"Our Views\".\"%s\"".formatted(second.table())))
                    .isEmpty();

            charge(far, first, "ch_2", "evt_2");
            run(own, statements.text("compound_sql").orElseThrow());
            assertThat(rows(own, "select stripe_id from \"Our Views\".%s".formatted(CHARGE)))
                    .containsExactly("ch_1");
            run(own, "refresh materialized view concurrently \"Our Views\".%s".formatted(CHARGE));
            assertThat(rows(own, "select stripe_id from \"Our Views\".%s order by 1".formatted(CHARGE)))
                    .containsExactly("ch_1", "ch_2");
            assertThat(rows(own, """
                    select attname::text from pg_attribute
                    where attrelid = '"Our Views".%s'::regclass and attname like '\\_%%'""".formatted(CHARGE))).isEmpty();
        }
    }

    @Test
    void new_credentials_reach_the_other_postgresql_when_the_statements_are_run_again() {
        Person far = Person.loggedIn(host, "rolled-far@example.com");
        Made table = far.integrate(CHARGE);
        try (Database own = TestPostgres.open(TestPostgres.freshAddressOutside())) {
            run(own, fdw(far, Map.of()).json().text("fdw_sql").orElseThrow());
            String path = far.database("/roll_credentials");
            far.reply(far.post(path, Map.of()), "\n");

            run(own, fdw(far, Map.of()).json().text("fdw_sql").orElseThrow());

            assertThat(rows(own, "select count(*)::text from webhookdb_remote.%s".formatted(table.table())))
                    .containsExactly("0");
        }
    }

    @Test
    void the_message_of_fdw_is_the_part_that_is_asked_for() {
        Json parts = fdw(person, Map.of()).json();

        assertThat(fdw(person, Map.of("message_fdw", "true")).json().text("message"))
                .isEqualTo(parts.text("fdw_sql"));
        assertThat(fdw(person, Map.of("message_views", "true")).json().text("message"))
                .isEqualTo(parts.text("views_sql"));
        assertThat(fdw(person, Map.of("message_all", "true")).json().text("message"))
                .isEqualTo(parts.text("compound_sql"));
        assertThat(parts.text("views", made.id()).orElseThrow()).contains("CREATE MATERIALIZED VIEW");
        assertThat(fdw(person, Map.of("local_schema", "1st")).status()).isEqualTo(400);
        assertThat(fdw(person, Map.of("fetch_size", "many")).status()).isEqualTo(400);
    }

    @Test
    void a_saved_query_is_checked_before_it_is_kept_and_asked_for_again_with_the_reason() {
        Answer asked = person.post(person.own("/saved_queries/create"), Map.of("description", "How many", "sql", ""));
        Answer again = person.reply(asked, "select count(*) from nothing_here\n");
        Answer done = person.reply(again, "select count(*) from %s\n".formatted(made.table()));
        String id = done.json().text("id").orElseThrow();

        assertThat(again.status()).isEqualTo(422);
        assertThat(Person.step(again).text("output").orElseThrow()).contains("does not exist", "LINE 1");
        assertThat(person.get(person.own("/saved_queries/%s/run".formatted(id)))
                        .json()
                        .items("rows")
                        .toString())
                .isEqualTo("[Arr[items=[Num[value=1]]]]");
        assertThat(person.post(person.own("/saved_queries/%s/info".formatted(id)), Map.of("field", "public"))
                        .json()
                        .items("blocks")
                        .getFirst()
                        .text("value"))
                .contains("false");
        assertThat(person.get(person.own("/saved_queries")).json().items("items"))
                .anyMatch(item -> item.text("id").equals(Optional.of(id)));
    }

    @Test
    void a_public_query_runs_for_anybody_until_it_is_private_again_or_gone() {
        String id = saved("select 7 as seven");
        String url = "/v1/saved_queries/%s/run".formatted(id);
        int before = anonymous(url).status();

        update(id, "public", "yes\n");
        Answer open = anonymous(url);
        update(id, "public", "false");
        int closed = anonymous(url).status();
        update(id, "public", "true");
        Answer deleted = person.post(person.own("/saved_queries/%s/delete".formatted(id)), Map.of());

        assertThat(before).isEqualTo(403);
        assertThat(open.status()).isEqualTo(200);
        assertThat(open.json().items("headers").toString()).contains("seven");
        assertThat(closed).isEqualTo(403);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(message(anonymous(url))).isEqualTo(message(anonymous("/v1/saved_queries/svq_unknown/run")));
    }

    @Test
    void a_public_query_that_fails_tells_strangers_nothing_of_the_database() {
        Person other = Person.loggedIn(host, "fails@example.com");
        Made table = other.integrate(CHARGE);
        String id = saved(other, "select * from " + table.table());
        other.post(other.own("/saved_queries/%s/update".formatted(id)), Map.of("field", "public", "value", "true"));
        other.post(
                other.own("/service_integrations/%s/rename_table".formatted(table.id())),
                Map.of("new_name", "renamed"));

        Answer open = anonymous("/v1/saved_queries/%s/run".formatted(id));
        Answer own = other.get(other.own("/saved_queries/%s/run".formatted(id)));

        assertThat(open.status()).isEqualTo(400);
        assertThat(message(open)).doesNotContain(table.table());
        assertThat(own.status()).isEqualTo(400);
        assertThat(message(own)).contains(table.table());
    }

    @Test
    void only_its_author_or_an_admin_deletes_a_query_and_a_stranger_learns_nothing_of_it() {
        Person admin = Person.loggedIn(host, "admin@example.com");
        Person member = Person.loggedIn(host, "member@example.com");
        host.administerPlatform("""
                insert into membership (organization_id, customer_id, role)
                select %s, id, 'member' from customer where email = 'member@example.com'""".formatted(admin.organization()));
        String id = saved(admin, "select 1");

        Answer refused = member.post(admin.own("/saved_queries/%s/delete".formatted(id)), Map.of());
        Answer foreign = person.get(person.own("/saved_queries/%s/run".formatted(id)));
        Answer unknown = person.get(person.own("/saved_queries/svq_unknown/run"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(message(refused)).contains("admin@example.com");
        assertThat(message(foreign).replace(id, "ID"))
                .isEqualTo(message(unknown).replace("svq_unknown", "ID"));
        assertThat(admin.post(admin.own("/saved_queries/%s/delete".formatted(id)), Map.of())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_saved_view_is_queried_like_a_table_replaced_with_other_columns_and_removed() {
        Answer created = view("Big Ones", "select stripe_id from %s -- all".formatted(made.table()));
        String first = person.cells("select * from \"Big Ones\"");
        Answer replaced = view("Big Ones", "select amount, stripe_id from %s".formatted(made.table()));
        List<Json> tables = person.get(person.database("/tables")).json().items("tables");
        Answer removed = person.post(person.own("/saved_views/delete"), Map.of("name", "Big Ones"));

        assertThat(created.status()).isEqualTo(200);
        assertThat(first).isEqualTo("[[ch_1]]");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(tables).contains(new Json.Str("Big Ones"), new Json.Str(made.table()));
        assertThat(removed.status()).isEqualTo(200);
        assertThat(person.sql("select * from \"Big Ones\"").status()).isEqualTo(403);
        assertThat(person.post(person.own("/saved_views/delete"), Map.of("name", "Big Ones"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_view_reads_nothing_that_the_reader_may_not_read_and_takes_no_tables_name() {
        Answer secret = view("secrets", "select * from webhookdb.column_fill");
        Answer clash = view(made.table(), "select 1 as a");
        Answer misnamed = view("1st", "select 1 as a");
        Answer several = view("several", "select 1 as a; drop table " + made.table());
        Answer writing = view("writing", "with gone as (delete from %s returning 1) select 1".formatted(made.table()));

        assertThat(Person.step(secret).text("output").orElseThrow()).contains("ermission denied");
        assertThat(Person.step(clash).text("output").orElseThrow()).contains("already a table");
        assertThat(Person.step(misnamed).text("output").orElseThrow()).contains("begins with a letter");
        assertThat(Person.step(several).text("output").orElseThrow()).contains("only one");
        assertThat(writing.status()).isEqualTo(422);
        assertThat(person.cells("select count(*) from %s".formatted(made.table())))
                .isEqualTo("[[1]]");
    }

    @Test
    void a_table_is_not_deleted_under_the_views_that_need_it() {
        Person other = Person.loggedIn(host, "needs@example.com");
        Made table = other.integrate(CHARGE);
        other.post(
                other.own("/saved_views/create_or_replace"),
                Map.of("name", "needing", "sql", "select stripe_id from " + table.table()));
        Map<String, String> confirmed = Map.of("confirm", table.table());
        String path = other.own("/service_integrations/%s/delete".formatted(table.id()));

        Answer refused = other.post(path, confirmed);
        other.post(other.own("/saved_views/delete"), Map.of("name", "needing"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(message(refused)).contains("needing");
        assertThat(other.post(path, confirmed).status()).isEqualTo(200);
    }

    private static void charge(Person owner, Made table, String id, String event) {
        host.send(table.id(), StripeEvents.charge(id, "failed", 1_700_000_000, event));
        await().until(() -> !owner.sql("select 1 from %s where stripe_id = '%s'".formatted(table.table(), id))
                .json()
                .items("rows")
                .isEmpty());
    }

    private static Answer fdw(Person owner, Map<String, String> given) {
        Map<String, Json> body = new LinkedHashMap<>();
        given.forEach((name, value) ->
                body.put(name, name.startsWith("message_") ? new Json.Bool(true) : new Json.Str(value)));
        return owner.post(owner.database("/fdw"), new Json.Obj(body));
    }

    private static String saved(String query) {
        return saved(person, query);
    }

    private static String saved(Person owner, String query) {
        return owner.post(owner.own("/saved_queries/create"), Map.of("description", "One", "sql", query))
                .json()
                .text("id")
                .orElseThrow();
    }

    private static void update(String id, String field, String value) {
        Answer answer = person.post(
                person.own("/saved_queries/%s/update".formatted(id)), Map.of("field", field, "value", value));
        assertThat(answer.status()).isEqualTo(200);
    }

    private static Answer view(String name, String query) {
        return person.post(person.own("/saved_views/create_or_replace"), Map.of("name", name, "sql", query));
    }

    private static Answer anonymous(String path) {
        return host.call("GET", path, new byte[0], Map.of());
    }

    private static String message(Answer answer) {
        return answer.json().text("error", "message").orElseThrow();
    }

    private static boolean connects(ServerAddress address) {
        try (Database database = TestPostgres.open(address)) {
            return !rows(database, "select 'yes'").isEmpty();
        } catch (DatabaseException e) {
            return false;
        }
    }

    private static void run(Database database, String statements) {
        database.autocommit(session -> session.sql(statements).execute());
    }

    private static List<String> rows(Database database, String query) {
        return database.transaction(
                session -> session.sql(query).list(row -> row.text(row.columns().getFirst())));
    }
}
