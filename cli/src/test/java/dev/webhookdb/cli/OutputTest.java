package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers are printed, for people and for programs. */
class OutputTest {
    private static final String MEMBERS = "GET /v1/organizations/a/members";
    private static final String HEADERS = "[[\"email\",\"Email\"],[\"count\",\"Count\"]]";

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
    void connectorsAreAShortTableWithTheReasonsBelow() {
        client.server().answers("GET /v1/operator/connectors", 200, """
                        {"items":[
                         {"state":"ready","id":"stripe","version":"1.2.0","services":["a","b","c","d"],"path":"/opt/connectors/stripe.jar","notes":["It was removed."]},
                         {"state":"ready","id":"twilio","version":"1.0.0","services":["sms"],"path":"/opt/connectors/twilio.jar","notes":[]},
                         {"state":"refused","path":"/opt/connectors/bad.jar","problem":"bad.jar is empty.","remedy":"Copy it again."}]}""");

        assertThat(client.run("connectors", "list")).as(client.err()).isZero();
        assertThat(client.out()).isEqualTo("""
                STATE    ID      VERSION  SERVICES  FILE
                ready    stripe  1.2.0    4         stripe.jar
                ready    twilio  1.0.0    sms       twilio.jar
                refused                             bad.jar

                /opt/connectors/stripe.jar
                  note:    It was removed.

                /opt/connectors/bad.jar
                  problem: bad.jar is empty.
                  remedy:  Copy it again.
                """);
    }

    @Test
    void aListIsATableForPeopleWithItsHintBesideIt() {
        client.server().answers(MEMBERS, 200, FakeServer.list("""
                {"email":"a@b.co","count":7,"id":1},{"email":"日本@b.co","count":1234,"id":2},{"email":"e\\u0301@b.co","count":null}""", HEADERS));

        assertThat(client.runLine("org members -o a")).isZero();

        assertThat(client.out()).isEqualToNormalizingNewlines("""
                EMAIL      COUNT
                a@b.co         7
                日本@b.co   1234
                e\u0301@b.co
                """);
        assertThat(client.err()).isEqualToNormalizingNewlines("A hint.\n");
    }

    @Test
    void aListIsJsonForPrograms() {
        listed("json");

        assertThat(client.out()).isEqualToNormalizingNewlines("""
                [
                  {
                    "email": "\\"A\\", b",
                    "count": 7,
                    "list": [
                      1,
                      {}
                    ]
                  }
                ]
                """);
    }

    @Test
    void aListIsCsvForSpreadsheets() {
        listed("csv");

        assertThat(client.out()).isEqualToNormalizingNewlines("Email,Count\n\"\"\"A\"\", b\",7\n");
    }

    @Test
    void rawIsWhatTheServerAnswered() {
        listed("raw");

        assertThat(client.out()).contains("\"display_headers\": [", "\"message\": \"A hint.\"");
    }

    private void listed(String format) {
        client.server().answers(MEMBERS, 200, FakeServer.list("""
                {"email":"\\"A\\", b","count":7,"list":[1,{}]}""", HEADERS));
        assertThat(client.runLine("org members -o a -q -f " + format)).isZero();
        assertThat(client.err()).isEmpty();
    }

    @Test
    void quietMayStandBeforeTheCommand() {
        client.server().answers(MEMBERS, 200, FakeServer.list("{\"email\":\"a@b.co\"}", HEADERS));

        assertThat(client.runLine("-q org members -o a")).isZero();
        assertThat(client.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            table | ''
            json  | []
            csv   | Email,Count
            """)
    void anEmptyListIsNothingForPeopleAndStillDataForPrograms(String format, String printed) {
        client.server().answers(MEMBERS, 200, "{\"items\":[],\"message\":\"\",\"display_headers\":" + HEADERS + "}");

        assertThat(client.runLine("org members -o a -f " + format)).isZero();

        assertThat(client.out().strip()).isEqualTo(printed);
        assertThat(client.err().strip()).isEqualTo(format.equals("table") ? "There is nothing to list." : "");
    }

    @Test
    void aCellOfSeveralLinesGoesOnBelow() {
        client.server().answers("GET /v1/me", 200, """
                {"email":"a@b.co","memberships":"One: admin\\nTwo: member","message":"","display_headers":
                [["email","Email"],["name","Name"],["memberships","Memberships"]]}""");

        assertThat(client.runLine("auth whoami")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("""
                Email        a@b.co
                Memberships  One: admin
                             Two: member
                """);
    }

    @Test
    void blocksAreLinesAndTablesForPeopleAndRowsForPrograms() {
        String blocks = """
                {"blocks":[{"type":"line","value":"Yours:"},{"type":"line","value":""},{"type":"table","value":
                {"headers":["Name","Key"],"rows":[["Acme Corp","acme_corp"]]}}],"message":""}""";
        String path = "GET /v1/me/organization_memberships";
        client.server().answers(path, 200, blocks).answers(path, 200, blocks).answers(path, 200, blocks);

        client.runLine("org list");
        assertThat(client.out()).isEqualToNormalizingNewlines("Yours:\n\nNAME       KEY\nAcme Corp  acme_corp\n");
        client.runLine("org list -f csv");
        assertThat(client.out()).isEqualToNormalizingNewlines("Name,Key\nAcme Corp,acme_corp\n");
        client.runLine("org list -f json");
        assertThat(client.out()).contains("\"Name\": \"Acme Corp\"", "\"Key\": \"acme_corp\"");
    }

    @Test
    void aMessageIsTheDataWhereThereIsNothingElse() {
        String path = "POST /v1/organizations/a/invite";
        String answer = "{\"email\":\"a@b.co\",\"message\":\"Their code is:\\n  join-12345678\\n\"}";
        client.server().answers(path, 200, answer).answers(path, 200, answer).answers(path, 200, answer);

        client.runLine("org invite a@b.co -o a");
        assertThat(client.out()).isEqualToNormalizingNewlines("Their code is:\n  join-12345678\n");
        client.runLine("org invite a@b.co -o a -q");
        assertThat(client.out()).isEmpty();
        client.runLine("org invite a@b.co -o a -f json");
        assertThat(client.out()).isEqualToNormalizingNewlines("{\n  \"email\": \"a@b.co\"\n}\n");
        assertThat(client.err()).contains("Their code is:");
    }

    @Test
    void whatIsMadeIsAnObjectForProgramsAndItsIdForScripts() {
        String path = "POST /v1/organizations/a/service_integrations/s/delete";
        String answer = """
                {"needs_input":false,"complete":true,"output":"Gone.","prompt":"","message":"",
                 "result":{"id":"svi_1","state":"deleted","rows":[{"count":7,"count_formatted":"seven"}]}}""";
        client.server().answers(path, 200, answer).answers(path, 200, answer);

        client.runLine("integrations delete s -o a -q");
        assertThat(client.out()).isEqualToNormalizingNewlines("svi_1\n");
        client.runLine("integrations delete s -o a --format json");
        assertThat(Json.parse(client.out()).write())
                .isEqualTo("{\"id\":\"svi_1\",\"state\":\"deleted\",\"rows\":[{\"count\":7}]}");
    }

    @Test
    void aTokenStandsAloneOnStandardOutput() {
        client.server()
                .answers(
                        "POST /v1/organizations/a/tokens/create",
                        200,
                        "{\"token\":\"whdb_t_1\",\"message\":\"Keep it.\"}");

        assertThat(client.runLine("auth token create ci -o a")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("whdb_t_1\n");
        assertThat(client.err()).contains("Keep it.");
    }

    @Test
    void textOfStrangersCannotSteerTheTerminal() {
        client.server()
                .answers(
                        "GET /v1/organizations/a/webhooks?limit=50",
                        200,
                        FakeServer.list("""
                        {"id":"123","reason":"no \\u001b[2Jkey"}""", "[[\"id\",\"Id\"],[\"reason\",\"Reason\"]]"))
                .answers("GET /v1/organizations/a/webhooks/counts", 200, "{\"counts\":{\"done\":10,\"failed\":1}}");

        assertThat(client.runLine("logs -o a")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines(" ID  REASON\n123  no  [2Jkey\n");
        assertThat(client.err()).contains("In all: 10 done, 1 failed.");
    }

    @Test
    void oneWebhookIsShownWithItsHeadersAndBody() {
        client.server().answers("GET /v1/organizations/a/webhooks/7", 200, """
                {"id":"7","state":"done","headers":{"Content-Type":"application/json","Stripe-Signature":"***"},"body":"{\\"id\\":1}","message":""}""");

        assertThat(client.runLine("logs 7 -o a")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("""
                id                 7
                state              done
                Content-Type:      application/json
                Stripe-Signature:  ***

                {"id":1}
                """);
    }

    @Test
    void aFixtureIsSqlOrASchema() {
        client.server()
                .answers(
                        "GET /v1/services/s/fixtures?sample=true",
                        200,
                        "{\"schema_sql\":\"CREATE TABLE t ();\\n\",\"sample_sql\":\"INSERT ...;\",\"message\":\"\"}")
                .answers(
                        "GET /v1/services/s/fixtures?format=json-schema",
                        200,
                        "{\"json_schema\":{\"type\":\"object\"}}");

        assertThat(client.runLine("fixtures s --sample")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("CREATE TABLE t ();\nINSERT ...;\n");
        assertThat(client.runLine("fixtures s --format json-schema")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("{\n  \"type\": \"object\"\n}\n");
        assertThat(client.server().tokens()).containsOnly("");
    }

    @Test
    void aBackfillIsShownUntilItIsDone() {
        String base = "/v1/organizations/a/service_integrations/s/backfill";
        client.atTerminal(80)
                .server()
                .answers("POST " + base, 200, FakeServer.complete("It begins."))
                .answers("GET " + base + "/jobs", 200, job("running", 500, "2026-02-01T00:00:10Z", ""))
                .answers("GET " + base + "/jobs", 200, job("succeeded", 1000, "", ""));

        assertThat(client.runLine("backfill s -o a")).isZero();

        assertThat(client.out()).contains("The backfill has succeeded: 1000 rows");
        assertThat(client.err())
                .contains("It begins.")
                .contains("[#######.......]  50 %  500 rows, 250 rows/s, 5 pages, until 2026-02-01 00:00:10")
                .contains("[##############################] 100 %  1000 rows");
    }

    @Test
    void aBackfillThatFailsIsAFailureWithTheServersSentence() {
        String base = "/v1/organizations/a/service_integrations/s/backfill";
        client.server()
                .answers("POST " + base, 200, FakeServer.complete("It begins."))
                .answers("GET " + base + "/jobs", 200, job("failed", 1, "", "Stripe answered 401. Check the key."));

        assertThat(client.runLine("backfill s -o a --wait")).isEqualTo(1);
        assertThat(client.err()).contains("The backfill failed: Stripe answered 401. Check the key.");
    }

    @Test
    void aComparisonIsShownUntilItIsDoneAndItsExitStatusSaysWhetherThereAreDifferences() {
        String base = "/v1/organizations/a/service_integrations/s/comparison";
        client.server()
                .answers("POST " + base + "/job", 200, "{\"id\":\"cmp_1\",\"message\":\"It begins.\"}")
                .answers("GET " + base + "/job/cmp_1", 200, comparison("running", false, ""))
                .answers("GET " + base + "/job/cmp_1", 200, comparison("succeeded", false, ""));

        assertThat(client.runLine("integrations compare s -o a --wait")).isEqualTo(2);

        assertThat(client.out()).contains("It differs.").contains("ch_1");
        assertThat(client.err()).contains("It begins.");
    }

    @Test
    void theReportOfTheNewestComparisonIsShownToProgramsWithoutWhatIsForPeople() {
        String base = "/v1/organizations/a/service_integrations/s/comparison";
        client.server()
                .answers("GET " + base + "/jobs", 200, FakeServer.list("{\"id\":\"cmp_2\"}", "[[\"id\",\"Id\"]]"))
                .answers("GET " + base + "/job/cmp_2", 200, comparison("succeeded", true, ""));

        assertThat(client.runLine("integrations compare status s -o a --format json"))
                .isZero();

        assertThat(client.out()).contains("\"equal\": true").doesNotContain("blocks");
    }

    @Test
    void aComparisonThatCannotBeMadeIsNoDifference() {
        String base = "/v1/organizations/a/service_integrations/s/comparison";
        client.server()
                .answers(
                        "POST " + base + "/job",
                        409,
                        FakeServer.error(409, "no_backfill", "The provider has no API that lists it."))
                .answers("GET " + base + "/jobs", 200, FakeServer.list("{\"id\":\"cmp_3\"}", "[[\"id\",\"Id\"]]"))
                .answers("GET " + base + "/job/cmp_3", 200, comparison("failed", false, "Stripe answered 401."));

        assertThat(client.runLine("integrations compare s -o a --wait")).isEqualTo(1);
        assertThat(client.err()).contains("The provider has no API that lists it.");
        assertThat(client.runLine("integrations compare status s -o a")).isEqualTo(1);
        assertThat(client.err()).contains("The comparison failed: Stripe answered 401.");
    }

    private static String comparison(String state, boolean equal, String error) {
        return """
                {"id":"cmp_1","state":"%s","equal":%s,"listed":5,"pages":1,"retry_at":"","error":"%s","message":"",
                "blocks":[{"type":"line","value":"It differs."},
                {"type":"table","value":{"headers":["kind","key"],"rows":[["missing","ch_1"]]}}]}""".formatted(state, equal, error);
    }

    private static String job(String state, int rows, String end, String error) {
        return FakeServer.list("""
                {"id":"bfj_1","state":"%s","rows":%d,"pages":5,"rate":250,"expected":1000,"estimated_end":"%s","retry_at":"","error":"%s"}""".formatted(state, rows, end, error), "[[\"state\",\"State\"]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            409 | The key demo is taken. Choose another name. | 2
            403 | There is no organization demo.              | 2
            500 | The server failed. Look at its log.         | 1
            503 | PostgreSQL is away. Try again.              | 1
            """)
    void anErrorOfTheServerIsItsSentence(int status, String sentence, int exitStatus) {
        client.server().answers(MEMBERS, status, FakeServer.error(status, "x", sentence));

        assertThat(client.runLine("org members -o a")).isEqualTo(exitStatus);
        assertThat(client.err()).isEqualToNormalizingNewlines(sentence + "\n");
        assertThat(client.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Bad gateway</html>", "", "[]", "\"text\"", "{\"error\":\"Not Found\"}"})
    void anotherServerOnThatPortIsRecognized(String body) {
        client.server().answers(MEMBERS, 502, body);

        assertThat(client.runLine("org members -o a")).isEqualTo(1);
        assertThat(client.err()).contains("is not a WebhookDB server").doesNotContain("Exception");
    }

    @Test
    void aServerThatSendsUsOnIsNamed() {
        client.server().answers(MEMBERS, 301, "{}");

        assertThat(client.runLine("org members -o a")).isEqualTo(2);
        assertThat(client.err()).contains("sends us on to elsewhere", "--host");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        client.server().close();

        assertThat(client.runLine("org members -o a")).isEqualTo(1);
        assertThat(client.err())
                .startsWith("There is no server at http://127.0.0.1:")
                .contains("webhookdb server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h", "http://", "http://[", "::"})
    void anAddressThatIsNoneIsRefused(String host) {
        assertThat(client.run("org", "members", "-o", "a", "--host", host)).isEqualTo(2);
        assertThat(client.err()).contains("'" + host + "' is not the address of a server");
    }

    @Test
    void withoutATerminalProgressIsALineEveryTenSeconds() {
        client.runLine("version");
        Environment plain = client.environment();
        Iterator<Instant> times = Stream.of(0, 4, 8, 12, 12, 16, 24, 24)
                .map(Instant.EPOCH::plusSeconds)
                .iterator();
        InstantSource clock = times::next;
        ProgressBar bar = new ProgressBar(new Environment(
                plain.variables(),
                plain.home(),
                plain.out(),
                plain.err(),
                clock.withZone(ZoneOffset.UTC),
                plain.input(),
                plain.screen()));

        for (int rows = 1; rows <= 5; rows++) {
            bar.show(new ProgressBar.Progress(rows, 0, Map.of("rows", Integer.toString(rows)), "", ""));
        }

        assertThat(client.err()).isEqualToNormalizingNewlines("3 rows\n5 rows\n");
    }

    @Test
    void whatABackfillWaitsForIsToldWhole() {
        String base = "/v1/organizations/a/service_integrations/s/backfill";
        String reason = "Stripe answered 429, and asks for a pause. " + "It has been asked too often. ".repeat(10);
        client.server()
                .answers("POST " + base, 200, FakeServer.complete("It begins."))
                .answers(
                        "GET " + base + "/jobs",
                        200,
                        job("running", 600, "", reason)
                                .replace("\"retry_at\":\"\"", "\"retry_at\":\"2026-06-30T12:01:00Z\""))
                .answers("GET " + base + "/jobs", 200, job("succeeded", 1000, "", ""));

        assertThat(client.runLine("backfill s -o a --wait")).isZero();

        assertThat(client.err())
                .contains("Waiting until 2026-06-30 12:01:00: " + reason.strip())
                .doesNotContain("\u001B", "...\n");
    }

    @Test
    void timesInTablesAreLocalAndThoseForProgramsExact() {
        String list = FakeServer.list(
                "{\"at\":\"2026-06-30T21:59:58.123456Z\",\"note\":\"2026-06-30T25:00:00Z\"}",
                "[[\"at\",\"At\"],[\"note\",\"Note\"]]");
        client.in("Europe/Berlin")
                .server()
                .answers(MEMBERS, 200, list)
                .answers(MEMBERS, 200, list)
                .answers(MEMBERS, 200, list);

        assertThat(client.runLine("org members -o a")).isZero();
        assertThat(client.out()).contains("2026-06-30 23:59:58  2026-06-30T25:00:00Z");
        assertThat(client.runLine("org members -o a -f csv")).isZero();
        assertThat(client.out()).contains("2026-06-30T21:59:58.123456Z");
        assertThat(client.runLine("org members -o a -f json")).isZero();
        assertThat(client.out()).contains("2026-06-30T21:59:58.123456Z");
    }
}
