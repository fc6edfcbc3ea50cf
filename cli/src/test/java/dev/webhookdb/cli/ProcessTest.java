package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The command line as a process: streams and exit statuses as a shell sees them. */
class ProcessTest {
    @Test
    void dataGoesToStandardOutputAndTheStatusIsZero() throws IOException, InterruptedException {
        try (FakeServer server = new FakeServer()) {
            server.answers(
                    "GET /v1/operator/organizations", 200, "{\"items\":[{\"id\":1,\"key\":\"zoë\",\"name\":\"Zoë\"}]}");
            Run run = run("org", "list", "--host", server.url());
            assertThat(run).isEqualTo(new Run(0, "ID  KEY  NAME\n1   zoë  Zoë\n", ""));
        }
    }

    @Test
    void messagesGoToStandardErrorAndTheStatusTellsWhoseFaultItIs() throws IOException, InterruptedException {
        Run unreachable = run("org", "list", "--host", "http://127.0.0.1:9");
        assertThat(unreachable.status()).isEqualTo(1);
        assertThat(unreachable.out()).isEmpty();
        assertThat(unreachable.err()).startsWith("There is no server at http://127.0.0.1:9.");

        Run wrong = run("orgs");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("org");
    }

    private static Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.webhookdb.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("WEBHOOKDB_OPERATOR_TOKEN", FakeServer.TOKEN);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, err);
    }

    private record Run(int status, String out, String err) {}
}
