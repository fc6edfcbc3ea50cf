package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx with the configuration that comes along for two hosts; only where it listens, whom it calls and where it writes is another. */
final class Proxy implements AutoCloseable {
    private static final boolean PROMISED = "required".equals(System.getenv("TEST_PROXIES"));
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What it meets when a host stops: nobody listens, or a connection is closed that rested, just as it is used. It asks the other host then. */
    private static final List<String> EXPECTED =
            List.of("Connection refused", "upstream prematurely closed connection while reading response header");

    private final Path home = Installation.temporaryDirectory();
    private final URI url = URI.create("http://127.0.0.1:" + Server.freePort());
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;

    private Proxy(String program, Server first, Server second) {
        try {
            Path configuration = Files.writeString(
                    Files.createDirectories(home.resolve("logs")).resolve("nginx.conf"), own(first, second));
            process = new ProcessBuilder(program, "-p", home.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it; nothing where it is not installed, unless that was promised. */
    static Optional<Proxy> before(Server first, Server second) {
        Optional<String> program = program();
        assertThat(program.isPresent() || !PROMISED)
                .as("nginx is not installed; 'apt-get install -y nginx-light' does it")
                .isTrue();
        return program.map(found -> new Proxy(found, first, second));
    }

    URI url() {
        return url;
    }

    /** Whether it calls a host, which alone knows its operator's token, with the next request. */
    boolean calls(Server host) {
        try {
            String token =
                    Files.readString(host.data().resolve("operator-token")).strip();
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/v1/operator/organizations"))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it complained of, except what it meets whenever a host stops. */
    List<String> complaints() {
        try (Stream<String> lines = Files.lines(home.resolve("error.log"))) {
            return lines.filter(line -> EXPECTED.stream().noneMatch(line::contains))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String own(Server first, Server second) throws IOException {
        String shipped = Files.readString(Installation.unpacked().home().resolve("deploy/nginx.conf"));
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> "%s_temp_path %s/%s;%n".formatted(kind, home, kind))
                .reduce("http {\naccess_log off;\n", String::concat);
        String own = shipped.replace("http {\n", temporary)
                .replace("host-1:18001", "127.0.0.1:" + first.url().getPort())
                .replace("host-2:18001", "127.0.0.1:" + second.url().getPort())
                .replace("listen 18001", "listen 127.0.0.1:" + url.getPort());
        // its workers are the user of the test, whose directory nobody else may use
        return "daemon off;\nuser %s;\npid %s/pid;\nerror_log %2$s/error.log;\n%s"
                .formatted(System.getProperty("user.name"), home, own);
    }

    private static Optional<String> program() {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":", -1))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit().join();
        Installation.delete(home);
    }
}
