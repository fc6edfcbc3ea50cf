package dev.webhookdb.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo as a process, against a host that is as right or as wrong as the test wants. */
class DemoTest {
    @TempDir
    private Path directory;

    @Test
    void onceEndsWithStatusZeroWhenEveryRowIsRight() throws IOException, InterruptedException {
        Run run = run("", "--once", "--events", "300", "--past", "250", "--seed", "5");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("The server is ready", "Forged webhooks were rejected, as they must be: invalid signature")
                .containsSubsequence(
                        "1. Backfill",
                        "stripe_charge_v1_0001  ",
                        "rows from",
                        "Every row equals",
                        "2. Webhooks",
                        "300 events happen",
                        "rows are missing or out of date",
                        "3. Reconciliation",
                        "repairs, from",
                        "rows equals the simulated Stripe's own state.",
                        "4. Notifications",
                        "It was told of",
                        "5. HTTP Sync",
                        "one request at a time",
                        "stripe_charge_v1_0001 holds");
        assertThat(run.status()).isZero();
        assertThat(directory.resolve("data/server.log")).content().contains("Stopped in order.");
    }

    @ParameterizedTest
    @CsvSource({
        "skip, after the backfill",
        "drop, although all newer webhooks were delivered",
        "order, although all newer webhooks were delivered",
        "idle, after the reconciliation"
    })
    void onceEndsWithStatusOneAndTheFirstDifferences(String fault, String when)
            throws IOException, InterruptedException {
        Run run = run(fault, "--once", "--events", "300", "--past", "250", "--seed", "5");
        assertThat(run.err()).contains("The tables differ", when, "stripe_c", "seed 5");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"silent, does not know the present state of", "unsigned, does not know the present state of"})
    void onceEndsWithStatusOneWhenTheApplicationIsNotToldOfEveryChange(String fault, String what)
            throws IOException, InterruptedException {
        Run run = run(fault, "--once", "--events", "60", "--past", "20", "--seed", "5");
        assertThat(run.err()).contains(what, "webhookdb notification list");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void onceEndsWithStatusOneWhenTheCopyIsNotWhatTheTableHolds() throws IOException, InterruptedException {
        Run run = run("stale", "--once", "--events", "60", "--past", "20", "--seed", "5");
        assertThat(run.err()).contains("The copy has", "webhookdb httpsync list");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aBackfillThatFailsSaysWhy() throws IOException, InterruptedException {
        Run run = run("refused", "--once", "--past", "10");
        assertThat(run.err())
                .contains("The backfill of stripe_charge_v1_0001 has failed: Stripe refused the key.")
                .doesNotContain("\tat ");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aServerThatDoesNotStartShowsTheEndOfItsLog() throws IOException, InterruptedException {
        Run run = run("start", "--once");
        assertThat(run.err())
                .contains("The server ended with status 3.", "The port is taken. Choose another", "server.log")
                .doesNotContain("\tat ");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void ctrlCStopsTheServerAndIsNoFailure() throws IOException, InterruptedException {
        Process demo = start("", "--events", "100", "--past", "100");
        awaitOutput("Press Ctrl-C");
        interrupt(demo);
        interrupt(demo);
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isZero();
        assertThat(directory.resolve("out"))
                .content()
                .contains("psql '", "curl -u rk_test_", "webhookdb backfill status --org demo_1 stripe_charge_v1_0001")
                .contains("The server has stopped.");
        assertThat(directory.resolve("data/server.log")).content().contains("Stopped in order.");
    }

    @ParameterizedTest
    @CsvSource({"--events many, 2", "--no-such, 2", "--events 0, 1", "--past=-1, 1"})
    void wrongUsageIsASentence(String options, int status) throws IOException, InterruptedException {
        Run run = run("", options.split(" "));
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.err()).isNotBlank().doesNotContain("\tat ");
    }

    private void awaitOutput(String text) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Files.readString(directory.resolve("out")).contains(text)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("No '" + text + "' in: " + Files.readString(directory.resolve("out"))
                + Files.readString(directory.resolve("err")));
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private Run run(String fault, String... options) throws IOException, InterruptedException {
        Process process = start(fault, options);
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroy();
        }
        assertThat(ended).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    private Process start(String fault, String... options) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String host = "#!/bin/sh\nexec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                + System.getProperty("java.class.path") + "' dev.webhookdb.demo.FakeHost\n";
        Path bin = Files.createDirectories(directory.resolve("home/bin"));
        Path script = Files.writeString(bin.resolve("webhookdb"), host, UTF_8);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.webhookdb.demo.Main",
                "demo"));
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of("--port", String.valueOf(freePort())));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("WEBHOOKDB_HOME", directory.resolve("home").toString());
        builder.environment().put("FAULT", fault);
        return builder.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private record Run(int status, String out, String err) {}
}
