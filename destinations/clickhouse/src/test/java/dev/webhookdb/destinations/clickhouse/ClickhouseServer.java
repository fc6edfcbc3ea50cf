package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * ClickHouse's own engine, embedded in a process of Node that answers over HTTP, with the user {@code kit} who may do everything, and {@code
 * reader} who may read. Where Node or npm's registry are missing, tests that ask for it are aborted and say so.
 */
final class ClickhouseServer implements AutoCloseable {
    /** The password of both users: with what has to be encoded in a URL. */
    static final String PASSWORD = "p@ss/w:rd'%+";

    private static final String ENCODED = "p%40ss%2Fw%3Ard'%25+";
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path HOME = Path.of("target/node");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path directory;
    private Process process;
    private int port;

    private ClickhouseServer(Path directory) throws IOException {
        this.directory = directory;
        this.process = started(0);
    }

    /** The server of most tests. Starts when it is asked for first, and ends with the tests. */
    static ClickhouseServer shared() {
        return Holder.SERVER.orElseGet(() -> Assumptions.abort(Holder.problem));
    }

    /** A server of one's own, that may be ended. */
    static ClickhouseServer fresh() {
        shared();
        return start();
    }

    private static final class Holder {
        private static String problem = "";
        private static final Optional<ClickhouseServer> SERVER = install();

        private static Optional<ClickhouseServer> install() {
            try {
                Files.createDirectories(HOME);
                for (String file : List.of("package.json", "package-lock.json", "front.mjs")) {
                    Files.copy(SOURCES.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
                if (!Files.exists(HOME.resolve("node_modules/chdb/index.mjs"))) {
                    // not 'ci', which wants the engines of all other platforms in the lock file
                    run("npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund");
                }
            } catch (IOException | IllegalStateException e) {
                problem = "ClickHouse's engine cannot be installed here, thus is not asked: " + e.getMessage();
                return Optional.empty();
            }
            ClickhouseServer server = start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return Optional.of(server);
        }
    }

    private static void run(String... command) throws IOException {
        Path output = HOME.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!ended(process) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "%s failed: %s".formatted(String.join(" ", command), Files.readString(output)));
        }
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ClickhouseServer start() {
        try {
            return new ClickhouseServer(Files.createTempDirectory("clickhouse"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, and waits until it answers. */
    private Process started(int wanted) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "node",
                        HOME.resolve("front.mjs").toAbsolutePath().toString(),
                        directory.toString(),
                        Integer.toString(wanted))
                .redirectError(directory.resolve("log").toFile());
        builder.environment().put("PASSWORD", PASSWORD);
        Process begun = builder.start();
        String line = new BufferedReader(new InputStreamReader(begun.getInputStream(), UTF_8)).readLine();
        if (line == null) {
            throw new IOException("ClickHouse does not start: " + Files.readString(directory.resolve("log")));
        }
        port = Integer.parseInt(line);
        return begun;
    }

    /** Starts it once more at the same port, after it has ended. */
    void restart() throws IOException {
        if (!ended(process)) {
            throw new IOException("ClickHouse has not ended");
        }
        process = started(port);
    }

    URI url(String user) {
        return URI.create("clickhouse://%s:%s@127.0.0.1:%d/kit?ssl=false".formatted(user, ENCODED, port));
    }

    /** Lets it end at the next statement with a text in it, before that is run. */
    void endsAt(String text) {
        fails(text, 0);
    }

    /** Lets it refuse the next statement with a text in it with an exception. */
    void fails(String text, int code) {
        ask("/fault?on=%s&code=%d".formatted(URLEncoder.encode(text, UTF_8), code), "");
    }

    /** Returns the statements since this was called last. */
    List<String> statements() {
        return ask("/log", "").lines().toList();
    }

    /** Runs a statement without any code of the destination. */
    String execute(String sql) {
        return ask("/?wait_end_of_query=1&output_format_json_quote_64bit_integers=0", sql);
    }

    private String ask(String path, String body) {
        try {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .header("X-ClickHouse-User", "kit")
                            .header("X-ClickHouse-Key", PASSWORD)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ClickHouse was asked", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        ended(process);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
