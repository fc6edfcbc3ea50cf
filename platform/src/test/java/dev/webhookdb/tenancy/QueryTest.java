package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Statements that people write, and the role they run as. */
class QueryTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static long organization;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
        organization = TestPostgres.organization(platform, "asks");
        databases.create(organization, "asks");
        databases.open(organization).run(session -> {
            session.sql("create table charge (id bigint, amount numeric)").execute();
            session.sql("insert into charge values (1, 10), (2, 20)").execute();
        });
    }

    @AfterAll
    static void close() {
        databases.drop(organization);
        databases.close();
        platform.close();
    }

    @Test
    void the_line_of_a_mistake_is_shown_with_a_caret_under_it() {
        assertRefused("select id,\n  amout\nfrom charge").hasMessage("""
                Column "amout" does not exist. Perhaps you meant to reference the column "charge.amount".
                LINE 2:   amout
                          ^""");
    }

    @Test
    void a_place_is_counted_in_characters_and_a_long_line_is_cut_around_it() {
        String before = "\uD83D\uDE80".repeat(60);

        assertRefused("select '%s' || nothing || '%s'".formatted(before, "x".repeat(90)))
                .hasMessage("Column \"nothing\" does not exist.\nLINE 1: ...%s' || nothing || '%s...\n%s^"
                        .formatted("\uD83D\uDE80".repeat(30), "x".repeat(23), " ".repeat(46)));
    }

    @Test
    void a_statement_that_ends_too_early_has_the_caret_at_its_end() {
        assertRefused("select (1").hasMessage("Syntax error at end of input.\nLINE 1: select (1\n                 ^");
    }

    @Test
    void only_one_statement_is_run() {
        assertRefused("commit; begin read write; delete from charge")
                .hasMessage("These are 3 statements, and only one can be run at a time.");
        assertRefused(" ; ").hasMessage("There is no statement: write one, such as SELECT now().");

        assertThat(databases
                        .query(organization, "select ';' as \"a;b\" -- ;\n;", LIMIT, 10, result -> result)
                        .rows())
                .hasSize(1);
    }

    @Test
    void what_would_write_is_refused_with_the_reason() {
        assertRefused("delete from charge")
                .hasMessage(
                        "Cannot execute DELETE in a read-only transaction. Statements run as a role that may only read.");
        assertRefused("create schema mine").hasMessageContaining("read-only transaction");
        assertRefused("select pg_read_file('/etc/passwd')")
                .hasMessageContaining("ermission denied")
                .hasMessageContaining("may only read");
        assertRefused("copy charge to stdout").isInstanceOf(QueryException.class);

        assertThat(query("select id from charge", 10).rows()).hasSize(2);
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped_and_the_message_says_what_helps() {
        assertThatThrownBy(() -> databases.query(
                        organization, "select pg_sleep(60)", Duration.ofMillis(200), 10, result -> result))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("statement timeout")
                .hasMessageContaining("LIMIT");
    }

    @Test
    void large_values_are_cut_off_before_they_fill_the_memory() {
        QueryResult result = query("select repeat('x', 1000000) from generate_series(1, 900)", 1_000);

        assertThat(result.more()).isTrue();
        assertThat(result.rows().size()).isBetween(1, 50);
    }

    @Test
    void the_old_password_opens_nothing_once_the_credentials_were_rolled_and_ends_what_it_opened() {
        ServerAddress old = ServerAddress.parse(databases.readerConnectionUrl(organization));
        try (Database before = new Database(new Pool(old, 1, 1));
                Database after = new Database(new Pool(old, 1, 0))) {
            long session = before.transaction(
                    one -> one.sql("select pg_backend_pid() as pid").one(row -> row.number("pid")));

            databases.rollReader(organization, "asks");

            assertThatThrownBy(() -> after.run(one -> one.sql("select 1").execute()))
                    .hasMessageContaining("assword authentication failed");
            assertThat(query("select 1 from pg_stat_activity where pid = " + session, 10)
                            .rows())
                    .isEmpty();
        }
    }

    private static QueryResult query(String text, int most) {
        return databases.query(organization, text, LIMIT, most, result -> result);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String text) {
        return assertThatThrownBy(() -> query(text, 10)).isInstanceOf(QueryException.class);
    }
}
