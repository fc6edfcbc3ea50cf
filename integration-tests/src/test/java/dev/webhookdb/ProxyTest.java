package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.api.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator does first: a proxy with its default settings in front. Where the proxies are not installed, a client that speaks as
 * nginx does stands in; a build that promises them (TEST_PROXIES) fails without them.
 */
class ProxyTest {
    private static final Duration START = Duration.ofSeconds(20);
    private static final boolean PROMISED = "required".equals(System.getenv("TEST_PROXIES"));

    @TempDir
    private static Path directory;

    @Test
    void webhooks_and_the_api_work_through_nginx_as_it_comes_and_through_haproxy() throws Exception {
        try (RunningHost host = RunningHost.start(directory, Map.of())) {
            Made charges = host.integrate("proxied", "stripe_charge_v1").getFirst();

            int proxies = through(host, charges, "nginx", ProxyTest::nginx)
                    + through(host, charges, "haproxy", ProxyTest::haproxy);

            if (proxies == 0) {
                speaksAsNginx(host, charges);
            }
        }
    }

    /** Where it listens, and where it calls. */
    private interface Front {
        List<String> command(String program, int port, int target) throws IOException;
    }

    private static int through(RunningHost host, Made charges, String name, Front front) throws Exception {
        Optional<String> program = program(name);
        if (program.isEmpty()) {
            assertThat(PROMISED)
                    .as("%s is not installed; 'apt-get install -y nginx-light haproxy' does it", name)
                    .isFalse();
            return 0;
        }
        int port = freePort();
        Process proxy = new ProcessBuilder(front.command(
                        program.get(), port, URI.create(host.url()).getPort()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
        try {
            RunningHost proxied = host.at(port);
            await().atMost(START).ignoreExceptions().until(() -> status(proxied, "GET", "/readyz", "") == 200);
            assertServed(proxied, charges, name);
        } finally {
            proxy.destroy();
            proxy.onExit().get();
        }
        return 1;
    }

    private static void assertServed(RunningHost host, Made charges, String name) {
        assertThat(host.send(
                                charges.id(),
                                StripeEvents.charge("ch_" + name, "succeeded", 1_800_000_000L, "evt_" + name))
                        .status())
                .isEqualTo(202);
        assertThat(host.send(charges.id(), "x".repeat(500_000).getBytes(StandardCharsets.UTF_8), "wrong")
                        .status())
                .isEqualTo(401);
        assertThat(status(host, "POST", "/v1/service_integrations/svi_nobody", "body"))
                .isEqualTo(404);
        assertThat(status(host, "GET", "/v1/none", "")).isEqualTo(404);
        Answer organizations = host.operator("GET", "/organizations", "");
        assertThat(organizations.json().items("items")).hasSize(1);
        await().atMost(START).until(() -> host.count("proxied", "done") >= 1);
    }

    private static void speaksAsNginx(RunningHost host, Made charges) {
        for (int i = 0; i < 3; i++) {
            try (RawClient client = RawClient.to(URI.create(host.url()).getPort())) {
                client.send(
                        "POST /v1/service_integrations/%s HTTP/1.0\r\nHost: 127.0.0.1:18001\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody"
                                .formatted(charges.id()));

                assertThat(client.rest()).startsWith("HTTP/1.1 401 ");
            }
        }
    }

    /** Its workers are the user of the test, whose directory nobody else may use. */
    private static List<String> nginx(String program, int port, int target) throws IOException {
        Path home = Files.createDirectories(directory.resolve("nginx/logs")).getParent();
        Path configuration = home.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                user %4$s;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen 127.0.0.1:%2$d;
                    location / { proxy_pass http://127.0.0.1:%3$d; }
                  }
                }
                """.formatted(home, port, target, System.getProperty("user.name")));
        return List.of(program, "-p", home.toString(), "-c", configuration.toString());
    }

    private static List<String> haproxy(String program, int port, int target) throws IOException {
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(configuration, """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                listen front
                  bind 127.0.0.1:%d
                  server host 127.0.0.1:%d
                """.formatted(port, target));
        return List.of(program, "-db", "-f", configuration.toString());
    }

    private static int status(RunningHost host, String method, String path, String body) {
        return host.call(method, path, body.getBytes(StandardCharsets.UTF_8), Map.of())
                .status();
    }

    private static Optional<String> program(String name) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
