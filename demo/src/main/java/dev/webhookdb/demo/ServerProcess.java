package dev.webhookdb.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server as a child process, with its output in a file. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(45);
    private static final long POLL_MILLIS = 200;
    private static final int SHOWN_LINES = 15;

    private final Process process;
    private final URI url;
    private final Path log;

    private ServerProcess(Process process, URI url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    static ServerProcess start(List<String> command, Path directory, int port) {
        Path log = directory.resolve("server.log");
        URI url = URI.create("http://localhost:" + port);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("WEBHOOKDB_SERVER_PORT", String.valueOf(port));
        builder.environment().put("WEBHOOKDB_DATA_DIR", directory.toString());
        builder.environment().put("WEBHOOKDB_PUBLIC_URL", url.toString());
        builder.environment().put("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8,::1/128");
        try {
            Files.createDirectories(directory);
            Process process = builder.start();
            process.getOutputStream().close();
            return new ServerProcess(process, url, log);
        } catch (IOException e) {
            throw new DemoException("The server cannot be started: " + e.getMessage() + ".", e);
        }
    }

    URI url() {
        return url;
    }

    Path log() {
        return log;
    }

    boolean running() {
        return process.isAlive();
    }

    void awaitReady(Screen screen) throws InterruptedException {
        long start = System.nanoTime();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!ready(client)) {
                Duration waited = Duration.ofNanos(System.nanoTime() - start);
                if (!process.isAlive()) {
                    throw new DemoException("The server ended with status " + process.exitValue() + "." + lastLines());
                }
                if (waited.compareTo(START_LIMIT) > 0) {
                    throw new DemoException(
                            "The server is not ready after " + waited.toSeconds() + " s." + lastLines());
                }
                screen.passing("  waiting for the server (" + waited.toSeconds() + " s)");
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Returns only when the server ends although nobody asked it to. */
    void awaitEnd() throws InterruptedException {
        int status = process.waitFor();
        throw new DemoException("The server ended with status " + status + "." + lastLines());
    }

    /** Stops the server and waits for its end. Harmless when it has ended. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean ready(HttpClient client) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status == 200 && process.isAlive();
        } catch (IOException e) {
            // not listening yet: the caller asks again, and gives up after a while
            return false;
        }
    }

    private String lastLines() {
        try {
            List<String> lines =
                    new String(Files.readAllBytes(log), UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
            return " The end of its log, " + log + ":\n  " + String.join("\n  ", last);
        } catch (IOException e) {
            return " Its log should be " + log + ", but it cannot be read.";
        }
    }
}
