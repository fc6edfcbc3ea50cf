package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed, and with which exit status, for what the server answers. */
class CommandLineTest {
    private static final String DEMO = "/v1/operator/organizations/demo";

    @TempDir
    private Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> variables = new HashMap<>();
    private Optional<Environment.Terminal> terminal = Optional.empty();
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        variables.put("WEBHOOKDB_API_HOST", server.url());
        variables.put("WEBHOOKDB_OPERATOR_TOKEN", FakeServer.TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void versionIsOneLine() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("webhookdb \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @Test
    void helpListsEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("server", "demo", "simulate", "org", "integrations", "logs", "replay", "db", "connectors")
                .contains("Exit status:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server --help",
                "demo --help",
                "simulate --help",
                "org create --help",
                "org list --help",
                "integrations create --help",
                "integrations list --help",
                "integrations settings --help",
                "backfill --help",
                "backfill status --help",
                "backfill cancel --help",
                "backfill refused --help",
                "backfill schedule --help",
                "logs --help",
                "replay --help",
                "db connection --help",
                "connectors list --help",
                "connectors check --help",
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command.split(" "))).isZero();
        assertThat(out.toString()).startsWith("Usage: webhookdb " + command.replace(" --help", ""));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpIsAlsoACommand() {
        assertThat(run("help", "replay")).isZero();
        assertThat(out.toString()).startsWith("Usage: webhookdb replay");
    }

    @Test
    void anOrganizationIsCreated() {
        server.answers("POST /v1/operator/organizations", 200, """
                {"id":1,"key":"lithic_tech","name":"Lithic Tech","message":"Created Lithic Tech."}""");
        assertThat(run("org", "create", "Lithic Tech")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                ID  KEY          NAME
                1   lithic_tech  Lithic Tech
                """);
        assertThat(err.toString()).isEqualToNormalizingNewlines("Created Lithic Tech.\n");
        assertThat(server.requests()).containsExactly("POST /v1/operator/organizations {\"name\":\"Lithic Tech\"}");
    }

    @Test
    void aBackfillIsBegunAndShownUntilItIsDone() {
        server.answers("POST " + DEMO + "/integrations/stripe_charge_v1/backfills", 200, job("queued", 0, ""))
                .answers(
                        "GET " + DEMO + "/integrations/stripe_charge_v1/backfills",
                        200,
                        jobs(job("running", 500, "2026-02-01T00:00:10Z")))
                .answers(
                        "GET " + DEMO + "/integrations/stripe_charge_v1/backfills",
                        200,
                        jobs(job("succeeded", 1000, "")));
        terminal = Optional.of((prompt, hidden) -> Optional.empty());

        assertThat(run("backfill", "--org", "demo", "stripe_charge_v1")).isZero();

        assertThat(err.toString())
                .contains(
                        "[###############...............]  50 %  500 rows, 250 rows/s, 5 pages, until 2026-02-01T00:00:10Z")
                .contains("[##############################] 100 %  1000 rows");
        assertThat(out.toString()).contains("succeeded");
    }

    @Test
    void aBackfillThatFailsIsAFailureWithTheServersSentence() {
        String failed =
                job("failed", 100, "").replace("\"error\":\"\"", "\"error\":\"Stripe answered 401. Check the key.\"");
        server.answers("POST " + DEMO + "/integrations/a/backfills", 200, job("queued", 0, ""))
                .answers("GET " + DEMO + "/integrations/a/backfills", 200, jobs(failed));

        assertThat(run("backfill", "--org", "demo", "a", "--wait")).isEqualTo(1);
        assertThat(err.toString()).contains("The backfill failed: Stripe answered 401. Check the key.");
    }

    @Test
    void withoutATerminalABackfillIsOnlyBegun() {
        server.answers("POST " + DEMO + "/integrations/a/backfills", 200, job("queued", 0, ""));

        assertThat(run("backfill", "--org", "demo", "a", "--full")).isZero();
        assertThat(server.requests()).containsExactly("POST " + DEMO + "/integrations/a/backfills {\"full\":true}");
    }

    @Test
    void aBackfillNeedsAnIntegrationAndAnOrganization() {
        assertThat(run("backfill", "stripe_charge_v1")).isEqualTo(2);
        assertThat(err.toString()).contains("Write: webhookdb backfill --org KEY INTEGRATION");
    }

    @Test
    void anIntervalIsSentAsADuration() {
        server.answers("POST " + DEMO + "/integrations/a/schedule", 200, "{\"message\":\"a is read again every 6H.\"}")
                .answers(
                        "POST " + DEMO + "/integrations/a/schedule",
                        200,
                        "{\"message\":\"a is only read when asked.\"}");

        assertThat(run("backfill", "schedule", "--org", "demo", "a", "6h")).isZero();
        assertThat(run("backfill", "schedule", "--org", "demo", "a", "never")).isZero();
        assertThat(run("backfill", "schedule", "--org", "demo", "a", "often")).isEqualTo(2);
        assertThat(server.requests())
                .containsExactly(
                        "POST " + DEMO + "/integrations/a/schedule {\"every\":\"PT6H\"}",
                        "POST " + DEMO + "/integrations/a/schedule {\"every\":\"never\"}");
        assertThat(err.toString()).contains("'often' is not an amount of time");
    }

    @Test
    void settingsAreSuppliedFromTheEnvironment() {
        variables.put("KEY", "rk_1");
        server.answers("POST " + DEMO + "/integrations/a/settings", 200, "{\"message\":\"The settings are stored.\"}");

        assertThat(run("integrations", "settings", "--org", "demo", "a", "--set-from-env", "backfill_key=KEY"))
                .isZero();
        assertThat(server.requests())
                .containsExactly(
                        "POST " + DEMO + "/integrations/a/settings {\"settings\":{\"backfill_key\":\"rk_1\"}}");
        assertThat(run("integrations", "settings", "--org", "demo", "a")).isEqualTo(2);
    }

    private static String job(String state, int rows, String end) {
        return """
                {"id":"bfj_1","cause":"user","state":"%s","since":"","started_at":"2026-02-01T00:00:00Z","rows":%d,"changed":%d,
                 "refused":0,"pages":5,"rate":250,"expected":1000,"estimated_end":"%s","retry_at":"","error":""}""".formatted(state, rows, rows, end);
    }

    private static String jobs(String job) {
        return "{\"items\":[" + job + "],\"schedule\":\"a is read again every 24H\",\"message\":\"\"}";
    }

    @Test
    void aListIsATableForPeople() {
        assertThat(listing("table"))
                .isEqualToNormalizingNewlines("ID  KEY   NAME\n1   demo  \"Demo\", one\n22  b     B\n");
    }

    @Test
    void aListIsJsonForPrograms() {
        assertThat(listing("json")).isEqualToNormalizingNewlines("""
                [{"id":1,"key":"demo","name":"\"Demo\", one"},
                 {"id":22,"key":"b","name":"B"}]
                """.replace("\"\"Demo\"", "\"\\\"Demo\\\""));
    }

    @Test
    void aListIsCsvForSpreadsheets() {
        assertThat(listing("csv")).isEqualToNormalizingNewlines("id,key,name\n1,demo,\"\"\"Demo\"\", one\"\n22,b,B\n");
    }

    private String listing(String format) {
        server.answers("GET /v1/operator/organizations", 200, """
                {"items":[{"id":1,"key":"demo","name":"\\"Demo\\", one"},{"id":22,"key":"b","name":"B"}],"message":""}""");
        assertThat(run("org", "list", "--output", format)).isZero();
        assertThat(err.toString()).isEmpty();
        return out.toString();
    }

    @Test
    void anEmptyListIsSaidToBeEmptyButNotAmongTheData() {
        server.answers("GET /v1/operator/organizations", 200, "{\"items\":[],\"message\":\"\"}");
        assertThat(run("org", "list")).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEqualToNormalizingNewlines("Nothing to list.\n");
    }

    @Test
    void integrationsAreCreatedWithSecretsThatStandInNoCommand() throws IOException {
        Path file = Files.writeString(home.resolve("key"), "rk_1\n");
        variables.put("STRIPE_SECRET", "whsec_1");
        server.answers("POST " + DEMO + "/integrations", 200, created());
        assertThat(run(
                        "integrations",
                        "create",
                        "stripe_charge_v1",
                        "stripe_customer_v1",
                        "--org",
                        "demo",
                        "--set-from-env",
                        "webhook_secret=STRIPE_SECRET",
                        "--set-from-file",
                        "backfill_key=" + file))
                .isZero();
        assertThat(server.requests())
                .singleElement()
                .asString()
                .contains("\"services\":[\"stripe_charge_v1\",\"stripe_customer_v1\"]")
                .contains("\"webhook_secret\":\"whsec_1\"", "\"backfill_key\":\"rk_1\"");
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                SERVICE NAME      TABLE NAME             OPAQUE ID  URL
                stripe_charge_v1  stripe_charge_v1_d50b  svi_1      http://h/v1/service_integrations/svi_1
                """);
        assertThat(err.toString()).isEqualToNormalizingNewlines("Send Stripe's webhooks there.\n");
    }

    @Test
    void aMissingSecretIsAskedForOnATerminal() {
        terminal = Optional.of((prompt, hidden) -> {
            err.append(prompt).append(hidden ? "*" : "");
            return Optional.of(" whsec_typed ");
        });
        server.answers("POST " + DEMO + "/integrations", 400, missing())
                .answers("POST " + DEMO + "/integrations", 200, created());
        assertThat(run("integrations", "create", "stripe_charge_v1", "--org", "demo"))
                .isZero();
        assertThat(err.toString()).startsWith("It starts with whsec_.").contains("webhook_secret (not shown): *");
        assertThat(server.requests().getLast()).contains("\"webhook_secret\":\"whsec_typed\"");
    }

    @Test
    void withoutATerminalTheMissingSecretIsNamed() {
        server.answers("POST " + DEMO + "/integrations", 400, missing());
        assertThat(run("integrations", "create", "stripe_charge_v1", "--org", "demo"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Missing: webhook_secret.", "--set-from-env", "It starts with whsec_.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void nothingTypedCreatesNothing() {
        terminal = Optional.of((prompt, hidden) -> Optional.empty());
        server.answers("POST " + DEMO + "/integrations", 400, missing());
        assertThat(run("integrations", "create", "stripe_charge_v1", "--org", "demo"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Without webhook_secret no integration is created.");
    }

    @Test
    void theLogShowsReasonsWithoutLettingThemSteerTheTerminal() {
        server.answers("GET " + DEMO + "/webhooks?state=failed&limit=2", 200, """
                        {"items":[{"id":"123","received_at":"2026-01-01T00:00:00Z","opaque_id":"svi_1","method":"POST",\
                        "state":"failed","reason":"no \\u001b[2Jkey","attempts":3}]}""")
                .answers("GET " + DEMO + "/webhooks/counts", 200, """
                        {"counts":{"pending":0,"done":10,"failed":1}}""");
        assertThat(run("logs", "--org", "demo", "--state", "failed", "--limit", "2"))
                .isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                RECEIVED AT           ID   OPAQUE ID  METHOD  STATE   ATTEMPTS  REASON
                2026-01-01T00:00:00Z  123  svi_1      POST    failed  3         no  [2Jkey
                """);
        assertThat(err.toString()).isEqualToNormalizingNewlines("In all: 0 pending, 10 done, 1 failed.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "90m, 2026-06-30T10:30:00Z",
        "7d, 2026-06-23T12:00:00Z",
        "PT2H, 2026-06-30T10:00:00Z",
        "2026-06-01, 2026-06-01T00:00:00Z",
        "2026-06-01T08:00:00+02:00, 2026-06-01T06:00:00Z",
    })
    void replayReadsAgesDaysAndInstants(String since, String instant) {
        server.answers(
                "POST " + DEMO + "/webhooks/replay", 200, "{\"count\":3,\"message\":\"3 webhooks are queued.\"}");
        assertThat(run("replay", "--org", "demo", "--since", since, "--integration", "svi_1"))
                .isZero();
        assertThat(server.requests())
                .containsExactly("POST " + DEMO + "/webhooks/replay {\"state\":\"failed\",\"since\":\"" + instant
                        + "\",\"integration\":\"svi_1\"}");
        assertThat(out.toString()).isEqualToNormalizingNewlines("COUNT\n3\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "P1Y", "2026-13-01", "7", "-1d"})
    void whatIsNoPointInTimeIsRefusedBeforeAnythingIsSent(String since) {
        assertThat(run("replay", "--org", "demo", "--since=" + since)).isEqualTo(2);
        assertThat(err.toString()).startsWith("'" + since + "' is not a point in time. Write an age like 90m");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theConnectionUrlStandsAloneOnStandardOutput() {
        server.answers("GET " + DEMO + "/connection", 200, "{\"connection_url\":\"postgresql://u:p@h:5432/d\"}");
        assertThat(run("db", "connection", "--org", "demo")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("postgresql://u:p@h:5432/d\n");
    }

    @Test
    void connectorsAreListedWithTheReasonOfARefusal() {
        server.answers("GET /v1/operator/connectors", 200, """
                {"items":[{"id":"stripe","title":"Stripe","version":"0.1.0","state":"ready","path":"/c/stripe.jar",\
                "services":["stripe_charge_v1","stripe_customer_v1"]},{"path":"/c/x.jar","state":"refused",\
                "problem":"It has no provider.","remedy":"Add one."}]}""");
        assertThat(run("connectors", "list")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                STATE    ID      VERSION  SERVICES                              PATH           PROBLEM              REMEDY
                ready    stripe  0.1.0    stripe_charge_v1, stripe_customer_v1  /c/stripe.jar
                refused                                                         /c/x.jar       It has no provider.  Add one.
                """);
    }

    @Test
    void aKeyThatNeedsIsEscapedInThePath() {
        server.answers("GET /v1/operator/organizations/a%2Fb%20c/connection", 200, "{\"connection_url\":\"x\"}");
        assertThat(run("db", "connection", "--org", "a/b c")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    409 | The key demo is taken. Choose another name. | 2
                    404 | There is no organization demo.              | 2
                    500 | The server failed. Look at its log.         | 1
                    503 | PostgreSQL is away. Try again.              | 1
                    """)
    void anErrorOfTheServerIsItsSentence(int status, String sentence, int exitStatus) {
        server.answers("GET /v1/operator/organizations", status, FakeServer.error(status, "x", sentence));
        assertThat(run("org", "list")).isEqualTo(exitStatus);
        assertThat(err.toString()).isEqualToNormalizingNewlines(sentence + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aWrongTokenIsSaidWithItsOrigin() throws IOException {
        Path file = Files.writeString(home.resolve("token"), "wrong");
        assertThat(run("org", "list", "--token-file", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("does not accept the operator token from " + file)
                .doesNotContain("wrong");
    }

    @Test
    void theTokenIsFoundInTheDataDirectory() throws IOException {
        variables.remove("WEBHOOKDB_OPERATOR_TOKEN");
        assertThat(run("org", "list")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no operator token in " + home, "--token-file");

        Path data = Files.createDirectories(home.resolve(".webhookdb/data"));
        Files.writeString(data.resolve("operator-token"), FakeServer.TOKEN + "\n");
        server.answers("GET /v1/operator/organizations", 200, "{\"items\":[]}");
        assertThat(run("org", "list")).isZero();
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        server.close();
        assertThat(run("org", "list")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("There is no server at " + server.url() + ". Start one with 'webhookdb server'");
    }

    @Test
    void anotherServerOnThatPortIsRecognized() {
        server.answers("GET /v1/operator/organizations", 502, "<html>Bad gateway</html>");
        assertThat(run("org", "list")).isEqualTo(1);
        assertThat(err.toString()).contains("is not a WebhookDB server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h", "http://", "http://[", "::"})
    void anAddressThatIsNoneIsRefused(String host) {
        assertThat(run("org", "list", "--host", host)).isEqualTo(2);
        assertThat(err.toString()).contains("'" + host + "' is not the address of a server");
    }

    @Test
    void anUnknownCommandIsMetWithNearNames() {
        assertThat(run("integration", "list")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean", "integrations");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "org",
                "org create",
                "org list --no-such",
                "org list --output xml",
                "db connection",
                "logs --org demo --limit none",
                "logs --org demo --limit 0",
                "logs --org demo --state lost",
                "integrations create --org demo",
                "integrations create s --org demo --set webhook_secret",
                "integrations create s --org demo --set-from-env webhook_secret=NO_SUCH",
                "integrations create s --org demo --set-from-file webhook_secret=/no/such",
                "server",
                "demo --once",
            })
    void wrongUsageIsASentenceAndStatusTwo(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).isNotBlank().doesNotContain("Exception", "\tat ");
        assertThat(out.toString()).isEmpty();
        assertThat(server.requests()).isEmpty();
    }

    private static String created() {
        return """
                {"endpoint":{"id":"svi_1","url":"http://h/v1/service_integrations/svi_1"},"items":[{"opaque_id":"svi_1",\
                "service_name":"stripe_charge_v1","table_name":"stripe_charge_v1_d50b"}],"message":"Send Stripe's webhooks there."}""";
    }

    private static String missing() {
        return """
                {"error":{"message":"A setting is missing.","status":400,"code":"missing_settings",\
                "field_errors":{"webhook_secret":"It starts with whsec_."},"secret_fields":["webhook_secret"]}}""";
    }

    private int run(String... arguments) {
        Clock clock = Clock.fixed(Instant.parse("2026-06-30T12:00:00Z"), ZoneOffset.UTC);
        return Main.run(
                new Environment(variables, home, new PrintWriter(out), new PrintWriter(err), clock, terminal),
                arguments);
    }
}
