package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's questions: who answers them, and what happens when nobody does. */
class ConversationTest {
    private static final String BASE = "/v1/organizations/acme/service_integrations";
    private static final String CREATE = "POST " + BASE + "/create";
    private static final String CHECK = "POST " + BASE + "/check";
    private static final String SECRET = "POST " + BASE + "/svi_1/transition/webhook_secret";

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
    void questionsAreAnsweredOneAfterTheOtherUntilTheEnd() {
        client.server()
                .answers(CREATE, 200, secret("Use this URL."))
                .answers(SECRET, 200, secret("That is not a secret."))
                .answers(SECRET, 200, FakeServer.complete("Done!"));
        client.types("nonsense", "whsec_1");

        assertThat(client.runLine("integrations create stripe_charge_v1 --org acme"))
                .isZero();

        assertThat(client.err()).containsSubsequence("Use this URL.", "Secret:*", "That is not a secret.", "Secret:*");
        assertThat(client.out()).isEqualToNormalizingNewlines("Done!\n");
        assertThat(client.server().requests())
                .containsExactly(
                        CREATE + " {\"service_name\":\"stripe_charge_v1\"}",
                        SECRET + " {\"anew\":\"true\",\"value\":\"nonsense\\n\"}",
                        SECRET + " {\"anew\":\"true\",\"value\":\"whsec_1\\n\"}");
    }

    @Test
    void optionsAnswerBeforeAnybodyIsAsked() throws IOException {
        Path file = Files.writeString(home.resolve("secret"), "whsec_1\n");
        client.server()
                .answers(CHECK, 200, "{\"message\":\"\"}")
                .answers(CREATE, 200, secret("Use this URL."))
                .answers(SECRET, 200, FakeServer.complete("Done!"))
                .answers("POST " + BASE + "/svi_1/transition/api_url", 200, FakeServer.complete("Done!"))
                .answers("POST " + BASE + "/svi_1/transition/backfill_key", 200, FakeServer.complete("Done!"));
        client.with("KEY", "rk_1");

        assertThat(client.run(
                        "integrations",
                        "create",
                        "stripe_charge_v1",
                        "--org",
                        "acme",
                        "--set-from-env",
                        "backfill_key=KEY",
                        "--set",
                        "api_url=http://h",
                        "--set-from-file",
                        "webhook_secret=" + file))
                .isZero();

        assertThat(client.server().requests())
                .as("what nobody asked for is supplied as well, the key last")
                .containsExactly(
                        CHECK
                                + " {\"service_name\":\"stripe_charge_v1\",\"settings\":{\"api_url\":\"http://h\",\"backfill_key\":\"rk_1\",\"webhook_secret\":\"whsec_1\"}}",
                        CREATE + " {\"service_name\":\"stripe_charge_v1\"}",
                        SECRET + " {\"anew\":\"true\",\"value\":\"whsec_1\\n\"}",
                        "POST " + BASE + "/svi_1/transition/api_url {\"value\":\"http://h\"}",
                        "POST " + BASE + "/svi_1/transition/backfill_key {\"value\":\"rk_1\"}");
        assertThat(client.out()).isEqualToNormalizingNewlines("Done!\n");
    }

    @Test
    void nothingIsCreatedWithSettingsThatAreRefused() {
        client.server().answers(CHECK, 400, FakeServer.error(400, "invalid_service", "There is no setting 'x'."));

        assertThat(client.runLine("integrations create stripe_charge_v1 --org acme --set x=1"))
                .isEqualTo(2);

        assertThat(client.err()).contains("There is no setting 'x'.");
        assertThat(client.server().requests()).hasSize(1);
    }

    @Test
    void anAnswerThatIsRefusedIsNotGivenAgain() {
        client.server()
                .answers(CHECK, 200, "{\"message\":\"\"}")
                .answers(CREATE, 200, secret(""))
                .answers(SECRET, 200, secret("That is not a secret."));

        assertThat(client.runLine("integrations create stripe_charge_v1 --org acme --set webhook_secret=nonsense"))
                .isEqualTo(2);
        assertThat(client.err())
                .contains(
                        "That is not a secret.",
                        "There is no answer to 'Secret:'",
                        "--set-from-env webhook_secret=VARIABLE");
    }

    @Test
    void aSettingThatIsRefusedStopsTheSetUp() {
        client.server()
                .answers("POST " + BASE + "/svi_1/transition/webhook_secret", 200, secret("That is not a secret."));

        assertThat(client.runLine("integrations setup svi_1 --org acme --set webhook_secret=x"))
                .isEqualTo(2);
        assertThat(client.err()).contains("The setting webhook_secret is refused. That is not a secret.");
    }

    @Test
    void aSecretThatIsAskedForAgainBecauseItGoesElsewhereIsSuppliedOnceMore() {
        String key = "POST " + BASE + "/svi_1/transition/webhook_secret";
        String url = "POST " + BASE + "/svi_1/transition/api_url";
        client.server()
                .answers(key, 200, FakeServer.complete("Done!"))
                .answers(url, 200, secret("With another api_url, supply it again."))
                .answers(key, 200, FakeServer.complete("Done!"));

        client.runLine("integrations setup svi_1 --org acme --set webhook_secret=w --set api_url=http://h");

        assertThat(client.server().requests())
                .startsWith(key + " {\"value\":\"w\"}", url + " {\"value\":\"http://h\"}", key + " {\"value\":\"w\"}");
    }

    @Test
    void aMissingParameterIsAskedForAndEverythingSentAgain() {
        String path = "/v1/organizations/7/invite";
        client.server()
                .answers(
                        "POST /v1/organizations/acme/invite",
                        422,
                        FakeServer.missing(FakeServer.question(
                                "", "Whom?", false, path, "{\"role_name\":\"viewer\",\"unanswered\":0}", "email")))
                .answers("POST " + path, 200, "{\"message\":\"Invited.\"}");
        client.types("a@b.co");

        assertThat(client.runLine("org invite --org acme --role viewer")).isZero();

        assertThat(client.out()).isEqualToNormalizingNewlines("Invited.\n");
        assertThat(client.server().requests())
                .containsExactly(
                        "POST /v1/organizations/acme/invite {\"email\":\"\",\"role_name\":\"viewer\"}",
                        "POST " + path + " {\"role_name\":\"viewer\",\"unanswered\":0,\"email\":\"a@b.co\\n\"}");
    }

    @Test
    void aRefusalOfTheAnswerAsksAgain() {
        String path = "/v1/organizations/7/rename";
        client.server()
                .answers(
                        "POST /v1/organizations/acme/rename",
                        422,
                        FakeServer.missing(FakeServer.question("", "Name:", false, path, "{}", "name")))
                .answers("POST " + path, 400, """
                        {"error":{"code":"validation_error","status":400,"message":"It is too long.","field_errors":{"name":["too long"]}}}""")
                .answers("POST " + path, 200, "{\"message\":\"Renamed.\"}");
        client.types("long", "short");

        assertThat(client.runLine("org rename --org acme")).isZero();
        assertThat(client.err()).containsSubsequence("Name:", "It is too long.", "Name:");
        assertThat(client.out()).contains("Renamed.");
    }

    @Test
    void anyOtherRefusalEndsIt() {
        client.server()
                .answers(CREATE, 200, secret(""))
                .answers(SECRET, 403, FakeServer.error(403, "forbidden", "You may not."));
        client.types("whsec_1");

        assertThat(client.runLine("integrations create stripe_charge_v1 --org acme"))
                .isEqualTo(2);
        assertThat(client.err()).endsWith("You may not." + System.lineSeparator());
    }

    @Test
    void aConfirmationIsAPressOfEnterOrAnOption() {
        String path = "/v1/db/7/roll_credentials";
        client.server()
                .answers(
                        "POST /v1/db/acme/roll_credentials",
                        422,
                        FakeServer.missing(
                                FakeServer.question("Sure?", "Press Enter:", false, path, "{}", "guard_confirm")))
                .answers("POST " + path, 200, "{\"message\":\"Rolled.\"}")
                .answers("POST /v1/db/acme/roll_credentials", 200, "{\"message\":\"Rolled.\"}");
        client.types("");

        assertThat(client.runLine("db roll-credentials --org acme")).isZero();
        assertThat(client.runLine("db roll-credentials --org acme --confirm")).isZero();
        assertThat(client.server().requests())
                .endsWith(
                        "POST " + path + " {\"guard_confirm\":\"\\n\"}",
                        "POST /v1/db/acme/roll_credentials {\"guard_confirm\":\"y\"}");
    }

    @Test
    void withoutAnAnswerNothingIsDeletedAndTheOptionIsNamed() {
        client.server()
                .answers(
                        "POST " + BASE + "/svi_1/delete",
                        422,
                        FakeServer.missing(FakeServer.question(
                                "All rows go.",
                                "Type the table's name:",
                                false,
                                BASE + "/svi_1/delete",
                                "{}",
                                "confirm")));

        assertThat(client.runLine("integrations delete svi_1 --org acme")).isEqualTo(2);
        assertThat(client.err())
                .contains("All rows go.", "There is no answer to 'Type the table's name:'", "--confirm");
        assertThat(client.server().requests()).hasSize(1);
    }

    private static String secret(String output) {
        return FakeServer.question(
                output, "Secret:", true, BASE + "/svi_1/transition/webhook_secret", "{\"anew\":\"true\"}", "value");
    }
}
