package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A host of the distribution, as a process of its own on the external PostgreSQL. */
final class HostProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final String KEY = "encryption-key.json";
    private static final String CACHES = "XDG_CACHE_HOME";

    private final Process process;
    private final int port;
    private final Path data;
    private final long startMillis;

    private HostProcess(Process process, int port, Path data, long startMillis) {
        this.process = process;
        this.port = port;
        this.data = data;
        this.startMillis = startMillis;
    }

    /** Starts a host and waits until it is ready. */
    static HostProcess start(Path distribution, Path data, int port, String databaseUrl) {
        return start(distribution, data, port, databaseUrl, Map.of());
    }

    /** The same with the PostgreSQL that comes along. */
    static HostProcess startEmbedded(Path distribution, Path data, int port) {
        return start(distribution, data, port, Map.of());
    }

    /** The same with further settings, by the names of their variables. */
    static HostProcess start(Path distribution, Path data, int port, String databaseUrl, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("WEBHOOKDB_DATABASE_URL", databaseUrl);
        return start(distribution, data, port, all);
    }

    /** Makes what the hosts of a directory start faster with, as one that runs for half a minute does by itself. */
    static void makeStartCache(Path distribution, Path work) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(launcher(distribution), "make-cache", "server").inheritIO();
        builder.environment().put(CACHES, caches(work));
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IllegalStateException("No cache was made: status " + status);
        }
    }

    private static String launcher(Path distribution) {
        return distribution.resolve("bin/webhookdb").toString();
    }

    private static String caches(Path work) {
        return work.resolve("caches").toString();
    }

    private static HostProcess start(Path distribution, Path data, int port, Map<String, String> settings) {
        try {
            Files.createDirectories(data);
            // all hosts have one database, and so one key
            Path key = data.resolve(KEY);
            Path common = data.resolveSibling(KEY);
            if (Files.exists(common)) {
                Files.copy(common, key, StandardCopyOption.REPLACE_EXISTING);
            }
            var builder = new ProcessBuilder(launcher(distribution), "server");
            builder.environment()
                    .putAll(Map.of(
                            "WEBHOOKDB_SERVER_PORT",
                            Integer.toString(port),
                            "WEBHOOKDB_SERVER_HOST",
                            "127.0.0.1",
                            "WEBHOOKDB_DATA_DIR",
                            data.toString(),
                            CACHES,
                            caches(data.getParent()),
                            "WEBHOOKDB_OUTBOUND_ALLOW",
                            "127.0.0.0/8"));
            builder.environment().putAll(settings);
            builder.redirectErrorStream(true);
            builder.redirectOutput(
                    ProcessBuilder.Redirect.appendTo(data.resolve("server.log").toFile()));
            long begun = System.nanoTime();
            var host = new HostProcess(builder.start(), port, data, 0);
            while (!host.ready()) {
                if (!host.process.isAlive() || System.nanoTime() - begun > 60_000_000_000L) {
                    throw new IllegalStateException("The host did not start; see " + data.resolve("server.log"));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;
            Files.copy(key, common, StandardCopyOption.REPLACE_EXISTING);
            return new HostProcess(host.process, port, data, millis);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns how long it took from the start of the process to readiness. */
    long startMillis() {
        return startMillis;
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /** Returns the process's resident memory. */
    long residentMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has the JDK's {@code jcmd} do something with the process, and returns what it says. */
    String jcmd(String command) throws IOException {
        Process jcmd = new ProcessBuilder("jcmd", Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Returns what the host tells of itself by a metric that has no labels. */
    double metric(String name) {
        String value = Pattern.compile("(?m)^%s ([-+.0-9Ee]+)$".formatted(name))
                .matcher(send(request("/metrics")))
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The host has no metric " + name));
        return Double.parseDouble(value);
    }

    /** Calls the operator's interface and returns the answer's text. */
    String operator(String method, String path, String body) {
        return call(method, "/operator" + path, body);
    }

    /** Returns what calls by the operator are authorized with. */
    String operatorToken() throws IOException {
        return Files.readString(data.resolve("operator-token")).strip();
    }

    /** Calls something as the operator and returns the answer's text. */
    String call(String method, String path, String body) {
        try {
            return send(request("/v1" + path)
                    .header("Authorization", "Bearer " + operatorToken())
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)));
    }

    private static String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.timeout(Duration.ofMinutes(10)).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(response.body());
            }
            return response.body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return HTTP.send(request("/readyz").build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the process at once, as a power failure would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
