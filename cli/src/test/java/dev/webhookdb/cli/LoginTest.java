package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions, and what is remembered of them; and whose token is sent. */
class LoginTest {
    private static final String CODE = "Enter the six digits:";

    @TempDir
    private Path home;

    private Client client;

    @BeforeEach
    void start() throws IOException {
        client = new Client(home).without("WEBHOOKDB_API_TOKEN");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void theCodeIsAskedForHiddenAndTheSessionIsKeptForThisServer() throws IOException {
        client.server()
                .answers(
                        "POST /v1/auth",
                        202,
                        FakeServer.question(
                                "Look into your mail.",
                                CODE,
                                true,
                                "/v1/auth",
                                "{\"email\":\"joe@example.com\"}",
                                "token"))
                .logsIn("POST /v1/auth");
        client.types("123456");

        assertThat(client.run("auth", "login", "joe@example.com")).isZero();

        assertThat(client.err()).contains("Look into your mail.", CODE + "*");
        assertThat(client.out()).isEqualToNormalizingNewlines("You are logged in as joe@example.com.\nWelcome!\n");
        assertThat(client.server().requests())
                .containsExactly(
                        "POST /v1/auth {\"email\":\"joe@example.com\",\"token\":\"\"}",
                        "POST /v1/auth {\"email\":\"joe@example.com\",\"token\":\"123456\\n\"}");
        assertThat(client.preferences())
                .content()
                .contains(FakeServer.SESSION, client.server().url(), "joe_org")
                .doesNotContain("path=/");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(client.preferences())))
                .isEqualTo("rw-------");
        assertThat(home.resolve(".config/webhookdb")).isDirectoryNotContaining("glob:**preferences?*.json");
    }

    @Test
    void theCodeMayStandInTheCommand() {
        client.server().logsIn("POST /v1/auth");

        assertThat(client.runLine("auth login --username=joe@example.com --token=123456"))
                .isZero();

        assertThat(client.server().requests())
                .containsExactly("POST /v1/auth {\"email\":\"joe@example.com\",\"token\":\"123456\"}");
        assertThat(client.out()).contains("You are logged in as joe@example.com.");
    }

    @Test
    void aMissingAddressIsAskedForByTheServer() {
        client.server()
                .answers(
                        "POST /v1/auth",
                        422,
                        FakeServer.missing(
                                FakeServer.question("", "Your e-mail address:", false, "/v1/auth", "{}", "email")))
                .logsIn("POST /v1/auth");
        client.types("joe@example.com");

        assertThat(client.run("auth", "login")).isZero();
        assertThat(client.server().requests().getLast()).isEqualTo("POST /v1/auth {\"email\":\"joe@example.com\\n\"}");
    }

    @Test
    void withoutAnAnswerTheOptionIsNamed() {
        client.server()
                .answers(
                        "POST /v1/auth",
                        422,
                        FakeServer.missing(
                                FakeServer.question("", "Your e-mail address:", false, "/v1/auth", "{}", "email")));

        assertThat(client.run("auth", "login")).isEqualTo(2);
        assertThat(client.err()).contains("There is no answer to 'Your e-mail address:'", "--username");
        assertThat(client.preferences()).doesNotExist();
    }

    @Test
    void aLogInThatEndsWithoutASessionIsAFailure() {
        client.server().answers("POST /v1/auth", 200, "{\"complete\":true,\"message\":\"Nobody is called that.\"}");

        assertThat(client.runLine("auth login a@b.co --token 1")).isEqualTo(2);
        assertThat(client.err()).contains("Nobody is called that.");
        assertThat(client.preferences()).doesNotExist();
    }

    @Test
    void theSessionIsSentAndItsOrganizationIsMeant() {
        logIn();
        client.server()
                .answers("GET /v1/organizations/7/members", 200, FakeServer.list("{}", "[[\"email\",\"Email\"]]"));

        assertThat(client.run("org", "members")).isZero();

        assertThat(client.server().tokens()).containsExactly("", FakeServer.SESSION);
        assertThat(client.run("org", "current")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("Joe Org (joe_org)\n");
    }

    @Test
    void anotherServerKnowsNothingOfTheSession() {
        logIn();

        assertThat(client.runLine("org members --host http://127.0.0.1:9")).isEqualTo(2);
        assertThat(client.err()).contains("You are not logged in at http://127.0.0.1:9. Use 'webhookdb auth login'");
    }

    @Test
    void aSessionThatHasEndedIsSaidToHave() throws IOException {
        logIn();
        Files.writeString(
                client.preferences(), Files.readString(client.preferences()).replace(FakeServer.SESSION, "wrong"));

        assertThat(client.run("org", "members")).isEqualTo(2);
        assertThat(client.err()).contains("You are not logged in at", "any more. Use 'webhookdb auth login'.");
    }

    @Test
    void whoLogsOutIsForgottenHereAndThere() {
        logIn();
        client.server().answers("POST /v1/auth/logout", 200, "{\"message\":\"You have logged out.\"}");

        assertThat(client.run("auth", "logout", "--all")).isZero();

        assertThat(client.out()).contains("You have logged out.");
        assertThat(client.server().requests().getLast()).isEqualTo("POST /v1/auth/logout {\"all\":true}");
        assertThat(client.server().tokens().getLast()).isEqualTo(FakeServer.SESSION);
        assertThat(client.preferences()).content().doesNotContain(FakeServer.SESSION);
        assertThat(client.run("auth", "whoami")).isEqualTo(2);
    }

    @Test
    void whoLogsOutIsForgottenAlsoWhenTheServerIsAway() {
        logIn();
        client.server().close();

        assertThat(client.run("auth", "logout")).isEqualTo(1);
        assertThat(client.preferences()).content().doesNotContain(FakeServer.SESSION);
    }

    @Test
    void damagedPreferencesAreASentenceAndCanBeRemoved() throws IOException {
        Files.createDirectories(client.preferences().getParent());
        for (String damaged : List.of("", "{", "[]", "{\"servers\":1}")) {
            Files.writeString(client.preferences(), damaged);

            assertThat(client.run("org", "current")).isEqualTo(2);
            assertThat(client.err())
                    .contains("are damaged. 'webhookdb auth logout --remove' removes them; then log in again.")
                    .doesNotContain("Exception");
        }

        assertThat(client.run("auth", "logout", "--remove")).isZero();
        assertThat(client.run("org", "current")).isZero();
        assertThat(client.out()).contains("<none>");
    }

    @Test
    void preferencesThatOthersCanReadAreToldOf() throws IOException {
        logIn();
        Files.setPosixFilePermissions(client.preferences(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(client.run("org", "current")).isZero();
        assertThat(client.err()).contains("chmod 600 '" + client.preferences() + "'");
    }

    @Test
    void preferencesThatCannotBeWrittenAreASentence() {
        client.with("XDG_CONFIG_HOME", "/proc").server().logsIn("POST /v1/auth");

        assertThat(client.runLine("auth login a@b.co --token 1")).isEqualTo(2);
        assertThat(client.err()).contains("The preferences cannot be written to", "XDG_CONFIG_HOME");
    }

    @Test
    void theDirectoryOfPreferencesMayBeAnother() {
        client.with("XDG_CONFIG_HOME", home.resolve("elsewhere").toString());
        logIn();

        assertThat(home.resolve("elsewhere/webhookdb/preferences.json")).exists();
    }

    @Test
    void theFirstTokenFoundWins() throws IOException {
        Path data = Files.createDirectories(home.resolve(".webhookdb/data"));
        Files.writeString(data.resolve("operator-token"), "of-the-machine\n");
        Path file = Files.writeString(home.resolve("token"), "of-the-option\n");
        Path other = Files.writeString(home.resolve("other"), "of-the-file\n");

        assertThat(sent()).isEqualTo("of-the-machine");
        client.with("WEBHOOKDB_OPERATOR_TOKEN", "of-the-operator");
        assertThat(sent()).isEqualTo("of-the-operator");
        logIn();
        assertThat(sent()).isEqualTo(FakeServer.SESSION);
        client.with("WEBHOOKDB_TOKEN_FILE", other.toString());
        assertThat(sent()).isEqualTo("of-the-file");
        client.with("WEBHOOKDB_API_TOKEN", "of-the-environment");
        assertThat(sent()).isEqualTo("of-the-environment");
        assertThat(sent("--token-file", file.toString())).isEqualTo("of-the-option");
    }

    @Test
    void theTokenOfThisMachineIsSentToThisMachineOnly() throws IOException {
        Path data = Files.createDirectories(home.resolve(".webhookdb/data"));
        Files.writeString(data.resolve("operator-token"), "of-the-machine\n");

        assertThat(client.runLine("auth whoami --host http://webhookdb.invalid"))
                .isEqualTo(2);
        assertThat(client.err()).contains("You are not logged in at http://webhookdb.invalid.");
    }

    @Test
    void aTokenOfOneOrganizationKnowsWhichItIs() {
        logIn();
        client.with("WEBHOOKDB_API_TOKEN", "whdb_t_of_another");
        client.server()
                .answers("GET /v1/me", 200, "{\"default_organization\":{\"id\":9}}")
                .answers("GET /v1/organizations/9/members", 200, FakeServer.list("{}", "[[\"email\",\"Email\"]]"));

        assertThat(client.run("org", "members")).isZero();
    }

    @Test
    void whoBelongsToNoOrganizationIsAskedForOne() {
        client.with("WEBHOOKDB_API_TOKEN", "of-the-operator");
        client.server().answers("GET /v1/me", 200, "{\"default_organization\":null}");

        assertThat(client.run("org", "members")).isEqualTo(2);
        assertThat(client.err()).contains("Which organization?", "--org", "webhookdb org activate");
    }

    @Test
    void aWrongTokenIsSaidWithItsOriginAndNeverShown() throws IOException {
        Path file = Files.writeString(home.resolve("token"), "wrong");

        assertThat(client.run("auth", "whoami", "--token-file", file.toString()))
                .isEqualTo(2);
        assertThat(client.err())
                .contains("does not accept the token from " + file)
                .doesNotContain("wrong");
        Files.writeString(file, "a secret that is\nno token");
        assertThat(client.run("auth", "whoami", "--token-file", file.toString()))
                .isEqualTo(2);
        assertThat(client.err())
                .contains("There is no token in " + file + ": a token is one word.")
                .doesNotContain("secret");
        assertThat(client.run("auth", "whoami", "--token-file", "/no/such")).isEqualTo(2);
        assertThat(client.err()).contains("There is no token in /no/such");
    }

    @Test
    void anOrganizationThatIsChosenStaysChosen() {
        logIn();
        client.server()
                .answers(
                        "GET /v1/organizations/-?org=my%20org",
                        200, "{\"id\":8,\"name\":\"My Org\",\"key\":\"my_org\"}")
                .answers("GET /v1/db/8/connection", 200, "{\"connection_url\":\"postgresql://h/8\"}")
                .answers("GET /v1/db/a%2Fb/connection", 200, "{\"connection_url\":\"postgresql://h/ab\"}");

        assertThat(client.run("org", "activate", "my org")).isZero();
        assertThat(client.err()).contains("Organization My Org (my_org) is now active.");
        assertThat(client.run("db", "connection")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("postgresql://h/8\n");
        assertThat(client.run("db", "connection", "--org", "a/b")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("postgresql://h/ab\n");
    }

    private void logIn() {
        client.server().logsIn("POST /v1/auth");
        assertThat(client.runLine("auth login joe@example.com --token 123456")).isZero();
    }

    private String sent(String... options) {
        client.server().answers("GET /v1/me", 200, "{\"email\":\"x\",\"display_headers\":[[\"email\",\"Email\"]]}");
        String[] arguments = new String[options.length + 2];
        arguments[0] = "auth";
        arguments[1] = "whoami";
        System.arraycopy(options, 0, arguments, 2, options.length);
        assertThat(client.run(arguments)).isZero();
        return client.server().tokens().getLast();
    }

    @Test
    void whoLogsInAtAServerMeansThatOneFromThenOn() {
        client.server()
                .logsIn("POST /v1/auth")
                .answers(
                        "GET /v1/me",
                        200,
                        "{\"email\":\"joe@example.com\",\"display_headers\":[[\"email\",\"Email\"]]}");
        client.without("WEBHOOKDB_API_HOST");

        assertThat(client.run(
                        "login",
                        "joe@example.com",
                        "--token",
                        "123456",
                        "--host",
                        client.server().url()))
                .isZero();
        assertThat(client.err())
                .contains("Commands are about " + client.server().url() + " from now on");

        assertThat(client.run("whoami")).isZero();
        assertThat(client.out()).contains("joe@example.com");
    }

    @Test
    void aServerIsRememberedPrintedAndForgotten() {
        client.without("WEBHOOKDB_API_HOST");

        assertThat(client.runLine("config set host webhookdb.example.com:8443/"))
                .isZero();
        assertThat(client.runLine("config get host")).isZero();
        assertThat(client.out()).isEqualToNormalizingNewlines("http://webhookdb.example.com:8443\n");
        assertThat(client.runLine("config unset host")).isZero();
        assertThat(client.runLine("config get host")).isEqualTo(2);
        assertThat(client.err()).contains("config set host");
    }

    @Test
    void whatIsNoAddressIsNotRemembered() {
        assertThat(client.runLine("config set host ftp://x")).isEqualTo(2);

        assertThat(client.err()).contains("is not the address of a server");
        assertThat(client.preferences()).doesNotExist();
    }

    @Test
    void whatTheEnvironmentSaysWinsOverWhatIsRemembered() {
        assertThat(client.runLine("config set host http://127.0.0.1:1")).isZero();
        assertThat(client.err())
                .contains("WEBHOOKDB_API_HOST says " + client.server().url());

        client.with("WEBHOOKDB_API_TOKEN", FakeServer.TOKEN)
                .server()
                .answers(
                        "GET /v1/me",
                        200,
                        "{\"email\":\"joe@example.com\",\"display_headers\":[[\"email\",\"Email\"]]}");
        assertThat(client.run("whoami")).isZero();
    }

    @Test
    void loggingOutLeavesTheServerRemembered() {
        client.server().logsIn("POST /v1/auth").answers("POST /v1/auth/logout", 200, "{\"message\":\"Bye.\"}");
        client.without("WEBHOOKDB_API_HOST");
        client.run(
                "login",
                "joe@example.com",
                "--token",
                "123456",
                "--host",
                client.server().url());

        assertThat(client.run("logout")).isZero();

        assertThat(client.runLine("config get host")).isZero();
        assertThat(client.out()).contains(client.server().url());
    }
}
