package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked and printed about sync targets. */
class SyncTest {
    private static final String HTTP = "/v1/organizations/acme/sync_targets/http";
    private static final String CREATE = HTTP + "/create";
    private static final String STATS = """
            {"blocks":[{"type":"table","value":{"headers":["Field","Value"],"rows":[["Status","failing"],["Rows behind","7"]]}},
             {"type":"line","value":""},{"type":"line","value":"In the last 24 hours:"},
             {"type":"table","value":{"headers":["Pages","Rows"],"rows":[["3","30"]]}}],
             "message":"","status":"failing","lag_rows":7,"last_error":null,"last_24_hours":{"pages":3,"rows":30}}""";

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
    void theEndpointAndThePeriodAreAskedFor() {
        client.server()
                .answers("POST " + CREATE, 422, asks("Enter the HTTP endpoint:", "connection_url", "{}"))
                .answers(
                        "POST " + CREATE,
                        422,
                        asks("How many seconds:", "period_seconds", "{\"connection_url\":\"u\"}"))
                .answers(
                        "POST " + CREATE,
                        200,
                        "{\"id\":\"syt_1\",\"message\":\"Every 60 seconds, data will be synchronized.\"}");
        client.types("u", "60");

        assertThat(client.runLine("httpsync create stripe_customer_v1 --org acme"))
                .isZero();

        assertThat(client.err()).containsSubsequence("Enter the HTTP endpoint:", "How many seconds:");
        assertThat(client.out()).isEqualToNormalizingNewlines("Every 60 seconds, data will be synchronized.\n");
        assertThat(client.server().requests().getLast()).endsWith("\"period_seconds\":\"60\\n\"}");
    }

    @Test
    void whereNobodyCanBeAskedItIsSaidWhichOptionAnswers() {
        client.server().answers("POST " + CREATE, 422, asks("Enter the HTTP endpoint:", "connection_url", "{}"));

        assertThat(client.runLine("httpsync create stripe_customer_v1 --org acme"))
                .isEqualTo(2);

        assertThat(client.err()).contains("There is no answer to", "--connection-url-from-env VARIABLE");
    }

    @Test
    void whatIsSecretCanComeFromTheEnvironment() {
        client.with("SYNC_URL", "https://u:p@h").with("SYNC_PASSWORD", "pass");
        client.server()
                .answers("POST " + CREATE, 200, "{\"message\":\"Done.\"}")
                .answers("POST " + HTTP + "/syt_1/update_credentials", 200, "{\"message\":\"Done.\"}");

        client.runLine("httpsync create s --connection-url-from-env SYNC_URL --on-change --org acme");
        client.runLine("httpsync update-creds syt_1 -u user --password-from-env SYNC_PASSWORD --org acme");

        assertThat(client.server().requests().getFirst()).contains("\"connection_url\":\"https://u:p@h\"");
        assertThat(client.server().requests().getLast()).endsWith("{\"user\":\"user\",\"password\":\"pass\"}");
    }

    @Test
    void statisticsAreTablesForPeopleAndMembersForPrograms() {
        client.server()
                .answers("GET " + HTTP + "/syt_1/stats", 200, STATS)
                .answers("GET " + HTTP + "/syt_1/stats", 200, STATS);

        client.runLine("httpsync stats syt_1 --org acme");
        assertThat(client.out()).contains("Rows behind", "7", "In the last 24 hours:", "PAGES", "30");
        client.runLine("httpsync stats syt_1 --org acme --format json");
        assertThat(client.out())
                .contains("\"lag_rows\": 7", "\"last_24_hours\": {", "\"last_error\": null")
                .doesNotContain("blocks", "message");
    }

    @Test
    void databasesAreRefusedAsTheServerSays() {
        client.server()
                .answers(
                        "POST /v1/organizations/acme/sync_targets/db/create",
                        400,
                        FakeServer.error(400, "validation_error", "There are no database destinations yet."));

        assertThat(client.runLine("dbsync create --connection-url=ftp://x --period=60 svi_1 --org acme"))
                .isEqualTo(2);
        assertThat(client.err()).contains("There are no database destinations yet.");
    }

    private static String asks(String prompt, String key, String parameters) {
        return FakeServer.missing(FakeServer.question("", prompt, false, CREATE, parameters, key));
    }
}
