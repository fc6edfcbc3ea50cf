package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a query, as people and programs want them. */
class SqlTest {
    @TempDir
    private Path home;

    private Client client;

    @BeforeEach
    void start() throws IOException {
        client = new Client(home);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void rowsAreATableWithNumbersToTheRightAndNullShown() {
        answer();

        assertThat(client.run("db", "sql", "-o", "a", "SELECT 1")).isZero();

        assertThat(client.out()).isEqualToNormalizingNewlines("""
                id   |               amount | data      | note
                -----+----------------------+-----------+-----
                ch_1 |                 1250 | {"a":[1]} | NULL
                名_2 | 12345678901234567890 | [1,2]     |
                (2 rows)
                """);
        assertThat(client.err()).isEmpty();
    }

    @Test
    void rowsThatAreWiderThanTheTerminalAreBlocks() {
        answer();
        client.atTerminal(40).with("NO_COLOR", "1");

        assertThat(client.run("db", "sql", "-o", "a", "SELECT 1")).isZero();

        assertThat(client.out()).isEqualToNormalizingNewlines("""
                -[ RECORD 1 ]------------------------------
                id     | ch_1
                amount | 1250
                data   | {"a":[1]}
                note   | NULL
                -[ RECORD 2 ]------------------------------
                id     | 名_2
                amount | 12345678901234567890
                data   | [1,2]
                note   |
                (2 rows)
                """);
    }

    @Test
    void whatFitsIsATableAndBlocksCanBeHadAndAvoided() {
        answer();
        client.atTerminal(80).with("NO_COLOR", "1");
        client.run("db", "sql", "-o", "a", "SELECT 1");
        assertThat(client.out()).contains("-----+---");

        answer();
        client.run("db", "sql", "-o", "a", "--expanded", "on", "SELECT 1");
        assertThat(client.out()).contains("-[ RECORD 2 ]-");

        answer();
        client.atTerminal(10).run("db", "sql", "-o", "a", "-x", "off", "SELECT 1");
        assertThat(client.out()).contains("-----+---");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        answer();
        client.atTerminal(200).run("db", "sql", "-o", "a", "SELECT 1");
        assertThat(client.out()).contains("\u001B[33mNULL", "\u001B[1;32mid");

        answer();
        client.run("db", "sql", "-o", "a", "--no-color", "SELECT 1");
        assertThat(client.out()).doesNotContain("\u001B");

        answer();
        client.with("NO_COLOR", "1").run("db", "sql", "-o", "a", "SELECT 1");
        assertThat(client.out()).doesNotContain("\u001B");
    }

    @Test
    void csvTellsNullFromAnEmptyText() {
        answer();
        client.run("db", "sql", "-o", "a", "-f", "csv", "SELECT 1");

        assertThat(client.out()).isEqualToNormalizingNewlines("""
                id,amount,data,note
                ch_1,1250,"{""a"":[1]}",
                名_2,12345678901234567890,"[1,2]",""
                """);
    }

    @Test
    void jsonHasAnObjectForEachRow() {
        client.server()
                .answers(
                        "POST /v1/db/a/sql",
                        200,
                        "{\"headers\":[\"n\",\"n\"],\"rows\":[[1,{\"a\":[1]}]],\"max_rows_reached\":false}");
        client.run("db", "sql", "-o", "a", "-f", "json", "SELECT 1");

        assertThat(client.out().replaceAll("\\s", "")).isEqualTo("[{\"n\":1,\"n_2\":{\"a\":[1]}}]");
    }

    @Test
    void thatRowsAreMissingIsSaidBesideTheData() {
        client.server()
                .answers("POST /v1/db/a/sql", 200, "{\"headers\":[\"n\"],\"rows\":[[1]],\"max_rows_reached\":true}");
        client.run("db", "sql", "-o", "a", "-f", "csv", "SELECT 1");

        assertThat(client.out()).isEqualToNormalizingNewlines("n\n1\n");
        assertThat(client.err()).contains("There are more rows: only the first 1 are here.");
    }

    @Test
    void noRowsAreAHeading() {
        client.server()
                .answers("POST /v1/db/a/sql", 200, "{\"headers\":[\"n\"],\"rows\":[],\"max_rows_reached\":false}");
        client.run("db", "sql", "-o", "a", "SELECT 1");

        assertThat(client.out()).isEqualToNormalizingNewlines("n\n-\n(0 rows)\n");
    }

    @Test
    void theCaretOfAMistakeStaysUnderIt() {
        client.server()
                .answers(
                        "POST /v1/db/a/sql",
                        403,
                        FakeServer.error(
                                403,
                                "invalid_query",
                                "column \\\"x\\\" does not exist\\nLINE 1: SELECT x\\n               ^"));

        assertThat(client.run("db", "sql", "-o", "a", "SELECT x")).isEqualTo(2);
        assertThat(client.err()).isEqualToNormalizingNewlines("""
                column "x" does not exist
                LINE 1: SELECT x
                               ^
                """);
    }

    private void answer() {
        client.server().answers("POST /v1/db/a/sql", 200, """
                {"headers":["id","amount","data","note"],"max_rows_reached":false,"rows":[["ch_1",1250,{"a":[1]},null],
                ["名_2","12345678901234567890",[1,2],""]]}""");
    }

    @Test
    void theStatementMayComeFromStandardInput() {
        answer();
        client.types("SELECT 1,", "  2");

        assertThat(client.runLine("db sql -o a -")).isZero();

        assertThat(client.server().requests())
                .singleElement()
                .asString()
                .startsWith("POST /v1/db/a/sql {\"query\":\"SELECT 1,\\n  2\",\"key\":\"");
    }

    @Test
    void withoutAnArgumentAndATerminalItComesFromThereToo() {
        answer();
        client.types("SELECT 1");

        assertThat(client.runLine("db sql -o a")).isZero();

        assertThat(client.server().requests())
                .singleElement()
                .asString()
                .startsWith("POST /v1/db/a/sql {\"query\":\"SELECT 1\",\"key\":\"");
    }

    @Test
    void anEmptyStandardInputIsNoStatement() {
        assertThat(client.runLine("db sql -o a")).isEqualTo(2);

        assertThat(client.err()).contains("There is no statement", "<report.sql");
        assertThat(client.server().requests()).isEmpty();
    }
}
