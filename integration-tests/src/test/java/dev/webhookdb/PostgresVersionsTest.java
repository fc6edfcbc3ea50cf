package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.embedded.TestServer;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.reference.AllFixtures;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.BroughtDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever SQL could depend on it, on every version of PostgreSQL that is promised: on servers set up as the operator's guide says, some
 * of them with an encoding that cannot hold every text. The build copies their programs into {@code target/postgres-versions}.
 */
@ParameterizedClass(name = "PostgreSQL {0}, set up with the encoding {1}")
@CsvSource({"14, UTF8", "15, SQL_ASCII", "16, LATIN1", "17, UTF8", "18, UTF8"})
class PostgresVersionsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHARGE = "stripe_charge_v1";
    private static final String PASSWORD = "geheim";

    @TempDir
    private static Path directory;

    private static TestServer server;
    private static RunningHost host;
    private static Person person;
    private static Made made;

    @Parameter(0)
    private int version;

    @Parameter(1)
    private String encoding;

    @BeforeParameterizedClassInvocation
    static void start(int version, String encoding) {
        server = TestServer.of(Path.of("target/postgres-versions", version + ".jar"), encoding);
        server.administer(
                "postgres",
                List.of(
                        "CREATE ROLE platform LOGIN CREATEDB CREATEROLE PASSWORD '%s'".formatted(PASSWORD),
                        "CREATE DATABASE platform OWNER platform ENCODING 'UTF8' TEMPLATE template0"));
        if (version == 14) {
            server.administer("template1", List.of("ALTER SCHEMA public OWNER TO platform"));
        }
        ServerAddress administrator =
                server.address().withDatabase("platform").withUser("platform", new Password(PASSWORD));
        host = RunningHost.start(
                directory.resolve(Integer.toString(version)),
                administrator,
                Map.of("WEBHOOKDB_OUTBOUND_ALLOW", administrator.host()));
        person = Person.loggedIn(host, "versions@example.com");
        made = person.integrate(CHARGE);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        host.close();
        server.close();
    }

    @Test
    void the_server_is_the_one_that_is_meant() {
        assertThat(host.platform("select current_setting('server_version_num')::integer / 10000"))
                .containsExactly(Integer.toString(version));
        try (Database template = TestPostgres.open(server.address().withDatabase("template1"))) {
            assertThat(rows(template, "show server_encoding")).containsExactly(encoding);
        }
    }

    @Test
    void the_fixtures_of_all_services_fit_into_one_schema() {
        server.administer("postgres", List.of("create database fixtures encoding 'UTF8' template template0"));

        try (Database database = TestPostgres.open(server.address().withDatabase("fixtures"))) {
            AllFixtures.requireInOneSchema(database);
        }
    }

    @Test
    void webhooks_in_any_order_and_twice_end_in_the_newest_state_in_any_script() {
        for (int second : List.of(3, 1, 3, 2, 1)) {
            deliver(made, "ch_order", "支払済 %d €".formatted(second), second);
        }
        awaitApplied();

        assertThat(person.cells("select status from %s where stripe_id = 'ch_order'".formatted(made.table())))
                .isEqualTo("[[支払済 3 €]]");
        assertThat(person.cells(
                        "select sum(length(status)) from %s where stripe_id = 'ch_order'".formatted(made.table())))
                .isEqualTo("[[7]]");
    }

    @Test
    void a_reader_writes_nothing_and_enters_no_other_database() {
        Person stranger = Person.loggedIn(host, "stranger@example.com");
        ServerAddress reader = person.address();

        for (String statement : List.of(
                "insert into %s (stripe_id) values ('ch_own')".formatted(made.table()),
                "create table public.mine (id bigint)",
                "create temporary table mine (id bigint)",
                "select * from webhookdb.column_fill")) {
            try (Database database = TestPostgres.open(reader)) {
                assertThatThrownBy(() -> database.run(session -> {
                            session.sql("set transaction read write").execute();
                            session.sql(statement).execute();
                        }))
                        .as(statement)
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("ermission denied");
            }
        }
        for (String other : List.of(stranger.address().database(), "platform")) {
            try (Database database = TestPostgres.open(reader.withDatabase(other))) {
                assertThatThrownBy(() -> rows(database, "select 1"))
                        .as(other)
                        .hasMessageContaining("ermission denied for database");
            }
        }
    }

    @Test
    void a_view_shows_a_reader_nothing_that_it_may_not_read_itself() {
        deliver(made, "ch_view", "seen", 1);
        awaitApplied();

        assertThat(view("Seen", "select status from %s where stripe_id = 'ch_view'".formatted(made.table())))
                .isEqualTo(200);
        assertThat(person.cells("select * from \"Seen\"")).isEqualTo("[[seen]]");
        assertThat(view("inside", "select * from webhookdb.column_fill")).isEqualTo(422);
        assertThat(view("roles", "select rolpassword from pg_authid")).isEqualTo(422);
        assertThat(view("by_function", "select query_to_xml('table webhookdb.column_fill', true, true, '')::text"))
                .isEqualTo(200);
        assertThat(person.sql("select * from by_function")
                        .json()
                        .text("error", "message")
                        .orElseThrow())
                .contains("ermission denied");
    }

    @Test
    void every_list_of_an_organization_can_be_read() {
        List<String> lists = host.routes().stream()
                .filter(route -> route.startsWith("GET /v1/") && route.contains("/{org}/"))
                .map(route -> route.substring("GET ".length())
                        .replace("{org}", person.organization())
                        .replace("{sint}", made.id()))
                .filter(path -> !path.contains("{"))
                .toList();

        assertThat(lists)
                .hasSizeGreaterThan(10)
                .allSatisfy(path -> assertThat(person.get(path).status()).isEqualTo(200));
    }

    @Test
    void a_closed_organization_lets_nobody_in_any_more_and_one_with_new_credentials_only_with_those() {
        Person closing = Person.loggedIn(host, "closing@example.com");
        ServerAddress first = closing.address();
        closing.reply(closing.post(closing.database("/roll_credentials"), Map.of()), "\n");
        ServerAddress second = closing.address();

        assertThat(enters(first)).isFalse();
        assertThat(enters(second)).isTrue();
        closing.post(closing.own("/close"), Map.of());
        assertThat(enters(second)).isFalse();
    }

    @Test
    void an_organization_moves_into_a_database_that_it_brings() {
        Person moving = Person.loggedIn(host, "moving@example.com");
        Made table = moving.integrate(CHARGE);
        deliver(table, "ch_before", "支払済", 1);
        awaitApplied();
        try (var brought = new BroughtDatabase(server.address(), "prefer")) {
            moving.post(
                    moving.database("/migrate_database"),
                    Map.of("admin_url", brought.ownerUrl(), "readonly_url", brought.readerUrl()));
            await().atMost(PATIENCE)
                    .until(() -> moving.get(moving.database("/migrations"))
                            .json()
                            .items("items")
                            .getFirst()
                            .text("status")
                            .orElseThrow()
                            .equals("finished"));
            deliver(table, "ch_after", "new", 1);
            awaitApplied();

            assertThat(moving.address().database()).isEqualTo(brought.name());
            assertThat(moving.cells("select stripe_id, status from %s order by pk".formatted(table.table())))
                    .isEqualTo("[[ch_before, 支払済], [ch_after, new]]");
        }
    }

    private static void deliver(Made endpoint, String charge, String status, int second) {
        assertThat(host.send(
                                endpoint.id(),
                                StripeEvents.charge(
                                        charge, status, 1_700_000_000L + second, "evt_%s_%d".formatted(charge, second)))
                        .status())
                .isEqualTo(202);
    }

    private static void awaitApplied() {
        await().atMost(PATIENCE)
                .until(() -> host.platform("select count(*) from webhook_queue").equals(List.of("0")));
    }

    private static int view(String name, String sql) {
        return person.post(person.own("/saved_views/create_or_replace"), Map.of("name", name, "sql", sql))
                .status();
    }

    private static boolean enters(ServerAddress address) {
        try (Database database = TestPostgres.open(address)) {
            return database.available();
        }
    }

    private static List<String> rows(Database database, String query) {
        return database.transaction(
                session -> session.sql(query).list(row -> row.text(row.columns().getFirst())));
    }
}
