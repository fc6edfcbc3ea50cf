package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process: streams, exit statuses and a terminal, as a shell sees them. */
class ProcessTest {
    private static final String SQL = "POST /v1/db/a/sql";
    private static final String MEMBERS = "GET /v1/organizations/a/members";
    private static final String WHO_ASKS =
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"";

    @TempDir
    private Path home;

    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void dataGoesToStandardOutputAndMessagesToStandardError() throws IOException, InterruptedException {
        server.answers(MEMBERS, 200, FakeServer.list("{\"name\":\"Zoë\"}", "[[\"name\",\"Name\"]]"));

        assertThat(run("org", "members", "--org", "a")).isEqualTo(new Run(0, "NAME\nZoë\n", "A hint.\n"));
    }

    @Test
    void theStatusTellsWhoseFaultItIs() throws IOException, InterruptedException {
        Run unreachable = run("org", "members", "--org", "a", "--host", "http://127.0.0.1:9");
        assertThat(unreachable.status()).isEqualTo(1);
        assertThat(unreachable.out()).isEmpty();
        assertThat(unreachable.err()).startsWith("There is no server at http://127.0.0.1:9.");

        assertThat(run("organisation").status()).isEqualTo(2);
    }

    @Test
    void answersComeFromLinesOfStandardInputAndItEndsWithThem() throws IOException, InterruptedException {
        server.answers(
                        "POST /v1/auth",
                        422,
                        FakeServer.missing(
                                FakeServer.question("", "Your e-mail address:", false, "/v1/auth", "{}", "email")))
                .answers(
                        "POST /v1/auth",
                        202,
                        FakeServer.question("Mailed.", "The code:", true, "/v1/auth", "{}", "token"));

        Run run = run(builder("auth", "login"), "joe@example.com\n");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .containsSubsequence(
                        "Your e-mail address:", "Mailed.", "The code:", "There is no answer to 'The code:'");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aServerBeyondAProxyIsReachedByATunnelForWhichTheProxyGetsItsPassword()
            throws IOException, InterruptedException {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<List<String>> asked = answering(proxy, WHO_ASKS, "502 Bad Gateway");

            Run run = throughProxy(proxy);

            assertThat(run.err())
                    .startsWith("The connection to https://webhookdb.example.com through the proxy 127.0.0.1:")
                    .contains("502");
            assertThat(run.status()).isEqualTo(1);
            assertThat(asked.resultNow())
                    .hasSize(2)
                    .allSatisfy(head -> assertThat(head)
                            .startsWith("CONNECT webhookdb.example.com:443 HTTP/1.1\r\n")
                            .doesNotContain(FakeServer.TOKEN));
            assertThat(asked.resultNow().getLast()).containsIgnoringCase("Proxy-Authorization: Basic am9lOnBAc3M=\r\n");
        }
    }

    @Test
    void aProxyThatMakesNoTunnelForThatPasswordIsToldItOnce() throws IOException, InterruptedException {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<List<String>> asked = answering(proxy, WHO_ASKS, WHO_ASKS);

            Run run = throughProxy(proxy);

            assertThat(run.err()).startsWith("The proxy wants another user and password.");
            assertThat(run.status()).isEqualTo(2);
            assertThat(asked.resultNow()).hasSize(2);
        }
    }

    private Run throughProxy(ServerSocket proxy) throws IOException, InterruptedException {
        ProcessBuilder builder = builder("org", "members", "--org", "a", "--host", "https://webhookdb.example.com");
        builder.environment().keySet().removeIf(name -> name.equalsIgnoreCase("NO_PROXY"));
        builder.environment().put("HTTPS_PROXY", "http://joe:p%40ss@127.0.0.1:" + proxy.getLocalPort());
        return run(builder, "");
    }

    /** Answers a request each, and returns what stood in them. */
    private static FutureTask<List<String>> answering(ServerSocket proxy, String... answers) {
        FutureTask<List<String>> asked = new FutureTask<>(() -> {
            List<String> heads = new ArrayList<>();
            for (String answer : answers) {
                heads.add(answer(proxy, answer));
            }
            return heads;
        });
        Thread.ofVirtual().start(asked);
        return asked;
    }

    private static String answer(ServerSocket proxy, String answer) throws IOException {
        try (Socket connection = proxy.accept()) {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) connection.getInputStream().read());
            }
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .formatted(answer)
                            .getBytes(UTF_8));
            return head.toString();
        }
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailure() throws IOException, InterruptedException {
        String items = "{\"name\":\"%s\"}".formatted("x".repeat(1000));
        server.answers(MEMBERS, 200, FakeServer.list((items + ",").repeat(999) + items, "[[\"name\",\"Name\"]]"));

        Run run = shell(command("org", "members", "--org", "a", "-q") + " | head -n 1; echo ${PIPESTATUS[0]}");

        assertThat(run).isEqualTo(new Run(0, "NAME\n0\n", ""));
    }

    @Test
    void outputThatCannotBeWrittenIsAFailure() throws IOException, InterruptedException {
        server.answers(MEMBERS, 200, FakeServer.list("{\"name\":\"x\"}", "[[\"name\",\"Name\"]]"));

        Run run = shell(command("org", "members", "--org", "a", "-q") + " >/dev/full");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("The output could not be written: No space left on device.");
    }

    @Test
    void atATerminalASecretIsNotShownAndTheTerminalIsLeftAsItWas() throws IOException, InterruptedException {
        server.answers(
                        "POST /v1/auth",
                        202,
                        FakeServer.question("Mailed.", "The code:", true, "/v1/auth", "{}", "token"))
                .logsIn("POST /v1/auth");

        try (Terminal terminal =
                new Terminal(command("auth", "login", "joe@example.com") + "; echo status=$?; stty -a")) {
            terminal.awaitOutput("The code: ");
            terminal.type("765432\r");
            String seen = terminal.awaitEnd();

            assertThat(seen).contains("You are logged in as joe@example.com.", "status=0", " echo ");
            assertThat(seen).doesNotContain("765432", "-echo ");
        }
        assertThat(server.requests().getLast()).contains("765432");
    }

    @Test
    void ctrlCAtAQuestionEndsWithStatus130AndTheTerminalIsLeftAsItWas() throws IOException, InterruptedException {
        server.answers(
                "POST /v1/auth", 202, FakeServer.question("Mailed.", "The code:", true, "/v1/auth", "{}", "token"));

        // the shell around it must survive what ends the command
        String shell = "trap : INT; " + command("auth", "login", "joe@example.com") + "; echo status=$?; stty -a";
        try (Terminal terminal = new Terminal(shell)) {
            terminal.awaitOutput("The code: ");
            terminal.type("7654\u0003");
            String seen = terminal.awaitEnd();

            assertThat(seen).contains("status=130", " echo ").doesNotContain("7654", "-echo ");
        }
    }

    @Test
    void ctrlCCancelsAStatementOnTheServerAndEndsWithStatus130() throws IOException, InterruptedException {
        server.holds(SQL, SQL + "/cancel")
                .answers(SQL + "/cancel", 200, "{\"cancelled\":true,\"message\":\"\"}")
                .answers(SQL, 403, FakeServer.error(403, "invalid_query", "The statement was cancelled."));

        requireCancelled(begun("db", "sql", "--org", "a", "SELECT 1"), ".*\"key\":\"([^\"]+)\".*");
    }

    @Test
    void ctrlCCancelsASavedQueryLikewise() throws IOException, InterruptedException {
        server.holds("GET /v1/organizations/a/saved_queries/svq_1/run?key=", SQL + "/cancel")
                .answers(SQL + "/cancel", 200, "{\"cancelled\":true,\"message\":\"\"}");

        requireCancelled(begun("saved-query", "run", "--org", "a", "svq_1"), ".*[?]key=([^ ]+).*");
    }

    /** Ctrl-C cancels by the key that a pattern finds in the request which runs the statement. */
    private void requireCancelled(Process process, String pattern) throws IOException, InterruptedException {
        awaitRequests(1);

        interrupt(process);

        assertThat(ended(process)).isEqualTo(new Run(130, "", "Cancelled.\n"));
        String key = server.requests().getFirst().replaceAll(pattern, "$1");
        assertThat(server.requests()).hasSize(2).last().isEqualTo("%s/cancel {\"key\":\"%s\"}".formatted(SQL, key));
    }

    @Test
    void anotherCtrlCWaitsForNobody() throws IOException, InterruptedException {
        server.holds(SQL, "nothing").holds(SQL + "/cancel", "nothing either");
        Process process = begun("db", "sql", "--org", "a", "SELECT 1");
        awaitRequests(1);
        interrupt(process);
        awaitRequests(2);

        interrupt(process);

        assertThat(ended(process)).isEqualTo(new Run(130, "", ""));
    }

    /** A process that does not inherit that Ctrl-C is ignored, as programs in the background do. */
    private Process begun(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(words(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment());
        return builder.start();
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    private static Run ended(Process process) throws IOException, InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                new String(process.getInputStream().readAllBytes(), UTF_8),
                new String(process.getErrorStream().readAllBytes(), UTF_8));
    }

    private void awaitRequests(int number) throws InterruptedException {
        for (int i = 0; i < 600 && server.requests().size() < number; i++) {
            Thread.sleep(100);
        }
        assertThat(server.requests()).hasSize(number);
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return run(builder(arguments), "");
    }

    private Run shell(String line) throws IOException, InterruptedException {
        return run(new ProcessBuilder("bash", "-c", line), "");
    }

    private static Run run(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Path err = Files.createTempFile("cli", "err");
        Process process = builder.redirectError(err.toFile()).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Run run = new Run(process.exitValue(), out, Files.readString(err));
        Files.delete(err);
        return run;
    }

    private ProcessBuilder builder(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(words(arguments));
        builder.environment().putAll(environment());
        return builder;
    }

    /** Nothing of whoever runs the tests is read or written. */
    private Map<String, String> environment() {
        return Map.of("WEBHOOKDB_API_TOKEN", FakeServer.TOKEN, "HOME", home.toString(), "XDG_CONFIG_HOME", "");
    }

    /** The same for a shell. */
    private String command(String... arguments) {
        String environment = environment().entrySet().stream()
                .map(variable -> "%s='%s' ".formatted(variable.getKey(), variable.getValue()))
                .collect(Collectors.joining());
        return environment
                + words(arguments).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private List<String> words(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.webhookdb.cli.Main"));
        command.addAll(List.of(arguments));
        if (!command.contains("--host")) {
            command.addAll(List.of("--host", server.url()));
        }
        return command;
    }

    private record Run(int status, String out, String err) {}

    /** A shell in a pseudo-terminal, by script(1) of util-linux. */
    private final class Terminal implements AutoCloseable {
        private final File seen = home.resolve("seen").toFile();
        private final Process script;

        Terminal(String line) throws IOException {
            ProcessBuilder builder = new ProcessBuilder("script", "--quiet", "--command", line, "/dev/null");
            builder.environment().put("SHELL", "/bin/bash");
            script = builder.redirectErrorStream(true).redirectOutput(seen).start();
        }

        void type(String text) throws IOException {
            script.getOutputStream().write(text.getBytes(UTF_8));
            script.getOutputStream().flush();
        }

        void awaitOutput(String text) throws IOException, InterruptedException {
            for (int i = 0; i < 600 && !output().contains(text); i++) {
                Thread.sleep(100);
            }
            assertThat(output()).contains(text);
        }

        String awaitEnd() throws IOException, InterruptedException {
            assertThat(script.waitFor(60, TimeUnit.SECONDS)).as(output()).isTrue();
            return output();
        }

        private String output() throws IOException {
            return Files.readString(seen.toPath());
        }

        @Override
        public void close() {
            script.destroyForcibly();
        }
    }
}
