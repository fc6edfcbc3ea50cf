package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The tree of commands: help, examples, the manual, completion, and wrong usage. */
class CommandsTest {
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|[^\\s\"']+");

    @TempDir
    private Path home;

    @Test
    void theVersionIsOneLine() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("--version")).isZero();
            assertThat(client.out()).matches("webhookdb \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
            assertThat(client.run("version")).isZero();
            assertThat(client.out()).matches("webhookdb \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
        }
    }

    @Test
    void helpListsEveryCommandAndTheExitStatuses() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("--help")).isZero();
            assertThat(client.out())
                    .contains("auth", "org", "services", "fixtures", "integrations", "backfill", "logs", "replay", "db")
                    .contains("saved-query", "saved-view", "error-handler", "subscription", "connectors", "completion")
                    .contains("destinations")
                    .contains("notification", "httpsync", "dbsync")
                    .contains("server", "doctor", "demo", "simulate")
                    .contains("Exit status:", "130");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExampleThatIsRightUsage(String name) throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.runLine(name + " --help")).isZero();
            assertThat(client.out()).startsWith("Usage: webhookdb " + name).doesNotContain("${", "%n");
            assertThat(client.err()).isEmpty();
        }
        CommandSpec command = at(name);
        assertThat(command.usageMessage().footer()).as("examples").isNotEmpty();
        for (String example : command.usageMessage().footer()) {
            List<String> words = wordsAfterName(example);
            assertThat(String.join(" ", words)).startsWith(name.split(" ", 2)[0]);
            all().parseArgs(words.toArray(String[]::new));
        }
    }

    @Test
    void helpIsAlsoACommand() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("help", "replay")).isZero();
            assertThat(client.out()).startsWith("Usage: webhookdb replay");
        }
    }

    @Test
    void programsOfTheInstallationHaveHelpToo() throws IOException {
        try (Client client = new Client(home)) {
            for (String name :
                    List.of("server", "doctor", "demo", "simulate", "connectors check", "destinations check")) {
                assertThat(client.runLine(name + " --help")).isZero();
                assertThat(client.out()).startsWith("Usage: webhookdb " + name);
            }
        }
    }

    @Test
    void anUnknownCommandOrOptionIsMetWithNearNames() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("integratoin", "list")).isEqualTo(2);
            assertThat(client.err()).contains("Did you mean", "webhookdb integration");
            assertThat(client.run("integrations", "lst")).isEqualTo(2);
            assertThat(client.err()).contains("Did you mean", "integrations list");
            assertThat(client.run("integrations", "list", "--fromat", "csv")).isEqualTo(2);
            assertThat(client.err()).contains("--fromat", "--format");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "org",
                "org list --no-such",
                "org list --format xml",
                "org activate",
                "org update --field name",
                "auth token create",
                "auth token revoke",
                "logs --org demo --limit none",
                "logs --org demo --limit 0",
                "logs --org demo --state lost",
                "org audit --org demo --limit 1001",
                "integrations info",
                "integrations create s --org demo --set webhook_secret",
                "integrations create s --org demo --set-from-env webhook_secret=NO_SUCH",
                "integrations create s --org demo --set-from-file webhook_secret=/no/such",
                "backfill schedule s often --org demo",
                "db sql --expanded maybe --org demo x",
                "db migrations start --admin-url-from-env NO_SUCH --org demo",
                "httpsync",
                "httpsync info --org demo",
                "httpsync update syt_1 --org demo",
                "httpsync update syt_1 --pagesize 0 --org demo",
                "httpsync create s --pagesize 10001 --org demo",
                "httpsync create s --period often --org demo",
                "httpsync create s --period 0 --org demo",
                "httpsync create s --timeout 601 --org demo",
                "httpsync create s --period 60 --on-change --org demo",
                "httpsync create s --initial some --org demo",
                "httpsync create s --connection-url-from-env NO_SUCH --org demo",
                "httpsync update-creds syt_1 --password-from-env NO_SUCH --org demo",
                "dbsync pause --org demo",
                "fixtures",
                "fixtures s --format xml",
                "completion tcsh",
                "server",
                "demo --once",
            })
    void wrongUsageIsASentenceAndStatusTwo(String arguments) throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.runLine(arguments)).isEqualTo(2);
            assertThat(client.err()).isNotBlank().doesNotContain("Exception", "\tat ");
            assertThat(client.out()).isEmpty();
            assertThat(client.server().requests()).isEmpty();
        }
    }

    /** Rewrite it with: webhookdb docs >docs/cli.md. */
    @Test
    void thePageInTheDocumentationIsTheManual() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("docs")).isZero();
            Path page = Path.of("../docs/cli.md");
            if (Boolean.getBoolean("docs.write")) {
                Files.writeString(page, client.out());
            }
            assertThat(page).content().isEqualToNormalizingNewlines(client.out());
        }
    }

    @Test
    void theManualKnowsEveryCommandAndOption() throws IOException {
        try (Client client = new Client(home)) {
            client.run("docs", "--format", "man");
            String man = client.out();
            assertThat(man).startsWith(".TH WEBHOOKDB 1").contains(".SH NAME", ".SH EXIT STATUS");
            commands().forEach(name -> {
                assertThat(man).contains(".SS webhookdb " + name.replace("-", "\\-"));
                at(name).options()
                        .forEach(option ->
                                assertThat(man).contains(option.longestName().replace("-", "\\-")));
            });
            assertThat(man.lines()).noneMatch(line -> line.startsWith("'") || line.contains("${"));
        }
    }

    @Test
    void bashAndZshUnderstandTheirCompletion() throws IOException, InterruptedException {
        try (Client client = new Client(home)) {
            for (String shell : List.of("bash", "zsh")) {
                assertThat(client.run("completion", shell)).isZero();
                assertThat(client.out()).contains("saved-query", "--expanded");
                Path script = Files.writeString(home.resolve(shell), client.out());
                Process bash = new ProcessBuilder("bash", "-n", script.toString())
                        .redirectErrorStream(true)
                        .start();
                assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8))
                        .isEmpty();
                assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(bash.exitValue()).isZero();
            }
        }
    }

    @Test
    void bashCompletesWhatIsBegun() throws IOException, InterruptedException {
        try (Client client = new Client(home)) {
            client.run("completion", "bash");
            Path script = Files.writeString(home.resolve("bash"), client.out());
            String ask =
                    "source '%s'; COMP_WORDS=(webhookdb saved-query cr); COMP_CWORD=2; _complete_webhookdb; echo \"${COMPREPLY[@]}\""
                            .formatted(script);
            Process bash = new ProcessBuilder("bash", "-c", ask).start();
            assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8).strip())
                    .isEqualTo("create");
        }
    }

    @Test
    void fishIsToldEveryCommandAndOption() throws IOException {
        try (Client client = new Client(home)) {
            client.run("completion", "fish");
            assertThat(client.out())
                    .contains(
                            "complete -c webhookdb -n '__webhookdb_at saved-query' -a create -d 'Keeps a query. It is tried first.'")
                    .contains("-n '__webhookdb_at db sql' -s x -l expanded -x -a 'auto on off' -d")
                    .doesNotContain("${");
        }
    }

    static Stream<String> commands() {
        return below(all().getCommandSpec(), "")
                .filter(name -> !List.of(
                                "server",
                                "doctor",
                                "demo",
                                "simulate",
                                "help",
                                "connectors check",
                                "destinations check")
                        .contains(name));
    }

    private static Stream<String> below(CommandSpec command, String prefix) {
        return command.subcommands().values().stream().distinct().flatMap(below -> {
            String name = prefix + below.getCommandName();
            Stream<String> itself = below.getCommand() instanceof Runnable ? Stream.of(name) : Stream.empty();
            return Stream.concat(itself, below(below.getCommandSpec(), name + " "));
        });
    }

    private static CommandSpec at(String name) {
        CommandLine command = all();
        for (String word : name.split(" ", -1)) {
            command = command.getSubcommands().get(word);
        }
        return command.getCommandSpec();
    }

    private static CommandLine all() {
        return Commands.all(new Environment(
                Map.of(),
                Path.of("."),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()),
                Clock.systemUTC(),
                new Input() {
                    @Override
                    public String rest() {
                        return "";
                    }

                    @Override
                    public boolean isPerson() {
                        return false;
                    }

                    @Override
                    public Optional<String> ask(String prompt, boolean hidden) {
                        return Optional.empty();
                    }
                },
                Environment.Screen.NONE));
    }

    /** The words of an example behind the program's name, up to what is for the shell. */
    private static List<String> wordsAfterName(String example) {
        String line = example.substring(example.indexOf("webhookdb ") + "webhookdb ".length());
        List<String> words = new ArrayList<>();
        for (String word : WORD.matcher(line).results().map(MatchResult::group).toList()) {
            if (word.equals("|") || word.startsWith(">") || word.startsWith(")")) {
                break;
            }
            words.add(word.replaceAll("^['\"]|['\"]$|\\)$", ""));
        }
        return words;
    }

    @Test
    void helpKnowsCommandsOfCommands() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("help", "db", "sql")).isZero();
            assertThat(client.out()).contains("Usage: webhookdb db sql", "--expanded");
            assertThat(client.run("help", "db", "sqll")).isEqualTo(2);
            assertThat(client.err()).contains("There is no command 'webhookdb db sqll'", "See 'webhookdb db --help'");
        }
    }

    @Test
    void helpFitsTheTerminal() throws IOException {
        try (Client client = new Client(home).atTerminal(72).with("NO_COLOR", "1")) {
            for (String line : List.of("--help", "db sql --help", "help integrations create")) {
                assertThat(client.runLine(line)).isZero();
                assertThat(client.out().lines().filter(shown -> !shown.startsWith("  webhookdb ")))
                        .allMatch(shown -> shown.length() <= 72);
            }
        }
    }

    @Test
    void closingAnOrganizationIsAskedForOnATerminal() throws IOException {
        try (Client client = new Client(home).atTerminal(80)) {
            client.server()
                    .answers("GET /v1/organizations/a", 200, "{\"name\":\"Acme\"}")
                    .answers("GET /v1/organizations/a", 200, "{\"name\":\"Acme\"}")
                    .answers("POST /v1/organizations/a/close", 200, FakeServer.complete("Closed."))
                    .answers("POST /v1/organizations/a/close", 200, FakeServer.complete("Closed."));
            client.types("n", "y");

            assertThat(client.runLine("org close -o a")).isEqualTo(2);
            assertThat(client.err()).contains("Close Acme?", "Nothing was closed.");
            assertThat(client.runLine("org close -o a")).isZero();
            assertThat(client.runLine("org close -o a --confirm")).isZero();
            assertThat(client.server().requests().stream().filter(request -> request.startsWith("POST")))
                    .hasSize(2);
        }
    }
}
