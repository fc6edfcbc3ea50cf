package dev.webhookdb.embedded;

import dev.webhookdb.sql.DatabaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's own programs: {@code initdb} and {@code pg_ctl}. The server is started through {@code pg_ctl},
 * because that gives it a session of its own: an interrupt at the terminal reaches the host only, which then stops the
 * server when it is done with it.
 */
final class EmbeddedPrograms {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration INITIALIZE_LIMIT = Duration.ofMinutes(2);
    private static final int LAST_LINES = 5;

    private final EmbeddedBinaries binaries;
    private final OperatingSystemUser account;
    private final EmbeddedFiles files;

    EmbeddedPrograms(EmbeddedBinaries binaries, OperatingSystemUser account, EmbeddedFiles files) {
        this.binaries = binaries;
        this.account = account;
        this.files = files;
    }

    /** Lets the account that the programs run as own the server's files. */
    void give() throws IOException {
        account.give(files.home());
    }

    String majorVersion() throws IOException {
        Path output = output();
        run(GRACE, output, binaries.program("postgres"), "--version");
        return Files.readString(output).replaceAll("(?s)[^0-9]*([0-9]+).*", "$1");
    }

    /** @param options the encoding and the locale, at least */
    void initialize(Path data, String superuser, List<String> options) throws IOException {
        Path output = output();
        List<String> command = new ArrayList<>(List.of(
                binaries.program("initdb"),
                "--pgdata=" + data,
                "--username=" + superuser,
                "--pwfile=" + files.passwordFile(),
                "--auth=scram-sha-256"));
        command.addAll(options);
        if (!run(INITIALIZE_LIMIT, output, command.toArray(String[]::new))) {
            throw failed("could not create its data directory", output);
        }
    }

    void start(Duration limit) throws IOException {
        Path log = files.log().resolve("start.log");
        Files.deleteIfExists(log);
        boolean done = run(
                limit.plus(GRACE),
                output(),
                binaries.program("pg_ctl"),
                "--pgdata=" + files.data(),
                "--log=" + log,
                "--wait",
                "--timeout=" + limit.toSeconds(),
                "start");
        if (!done) {
            throw failed("did not start", log);
        }
    }

    /** Whether the server is stopped afterwards. */
    boolean stop(String mode, Duration limit) {
        try {
            run(
                    limit.plus(GRACE),
                    output(),
                    binaries.program("pg_ctl"),
                    "--pgdata=" + files.data(),
                    "--mode=" + mode,
                    "--wait",
                    "--timeout=" + limit.toSeconds(),
                    "stop");
        } catch (IOException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The embedded PostgreSQL could not be told to stop (%s).".formatted(EmbeddedFiles.reason(failure)),
                    failure);
        }
        return Postmaster.find(files.data()).isEmpty();
    }

    private Path output() {
        return files.log().resolve("programs.log");
    }

    private boolean run(Duration limit, Path output, String... command) throws IOException {
        List<String> words = new ArrayList<>(account.prefix());
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(files.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException failure) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private DatabaseException failed(String what, Path output) throws IOException {
        List<String> lines = Files.exists(output)
                ? new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
                        .lines()
                        .toList()
                : List.of();
        String last = String.join(" ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        return new DatabaseException(
                DatabaseException.Kind.OTHER,
                "The embedded PostgreSQL %s: %s More may be in %s.".formatted(what, last, files.log()));
    }
}
