package dev.webhookdb.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The examples in {@code deploy/}: they are what the server takes, and what the image is. */
class DeploymentFilesIT {
    private static final Path DEPLOY = Installation.unpacked().home().resolve("deploy");
    private static final Pattern DEFAULT = Pattern.compile("\\$\\{[A-Z_]+:-(.*)}");

    private final Path directory = Installation.temporaryDirectory();
    private final Path password = directory.resolve("password");
    private String dockerfile;

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(password, "secret");
        dockerfile = Files.readString(Path.of("Dockerfile"));
    }

    @AfterEach
    void end() {
        Installation.delete(directory);
    }

    @Test
    void every_file_can_be_read_as_what_it_is() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            List<Path> yaml =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();

            assertThat(yaml)
                    .hasSize(7)
                    .allSatisfy(file -> assertThat(read(file).object()).isNotEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"compose.yaml,webhookdb", "compose.two-hosts.yaml,host-1", "compose.two-hosts.yaml,host-2"})
    void the_server_takes_the_variables_of_a_composed_host(String file, String name) {
        Node compose = read(DEPLOY.resolve(file));
        Node host = compose.at("services", name);
        Map<String, String> variables = new HashMap<>();
        host.at("environment").object().forEach((key, value) -> variables.put(key, withDefault(value)));

        Configuration configuration = load(variables, Optional.empty());

        assertThat(configuration.database().platform().orElseThrow().host()).isEqualTo("postgres");
        assertThat(compose.at("services").object()).containsKey("postgres");
        assertThat(compose.at("services", "postgres", "environment", "POSTGRES_USER")
                        .text())
                .isEqualTo(configuration.database().platform().get().username());
        assertThat(compose.at("secrets").object()).containsOnlyKeys("database-password");
        assertThat(host.at("secrets").texts()).containsExactly("database-password");
        assertThat(variables).containsEntry("WEBHOOKDB_DATABASE_PASSWORD_FILE", "/run/secrets/database-password");
        assertThat(withDefault(host.at("image").text())).isEqualTo("webhookdb");
        assertThat(host.at("read_only").value()).isEqualTo(true);
        assertThat(host.at("tmpfs").texts()).containsExactly("/tmp");
        assertThat(host.at("cap_drop").texts()).containsExactly("ALL");
        assertThat(host.at("volumes").texts()).containsExactly("data:" + instruction("VOLUME"));
        assertThat(Duration.parse("PT" + host.at("stop_grace_period").text()))
                .isGreaterThan(configuration.shutdownTimeout());
    }

    @ParameterizedTest
    @CsvSource({"compose.yaml,webhookdb", "compose.two-hosts.yaml,proxy"})
    void only_this_machine_reaches_the_port_of_the_image(String file, String name) {
        assertThat(read(DEPLOY.resolve(file)).at("services", name, "ports").texts())
                .containsExactly("127.0.0.1:18001:" + instruction("EXPOSE"));
    }

    @Test
    void the_hosts_trust_the_proxy_and_nobody_else_gets_its_address() throws IOException {
        Node compose = read(DEPLOY.resolve("compose.two-hosts.yaml"));
        String proxy = compose.at("services", "proxy", "networks", "default", "ipv4_address")
                .text();
        Node network = compose.at("networks", "default", "ipam", "config").first();

        assertThat(compose.at("services", "host-1", "environment", "WEBHOOKDB_SERVER_TRUSTED_PROXIES")
                        .text())
                .isEqualTo(proxy);
        assertThat(range(network.at("subnet").text())).matches(range -> contains(range, proxy));
        assertThat(range(network.at("ip_range").text())).matches(range -> !contains(range, proxy));
        assertThat(Files.readString(DEPLOY.resolve("nginx.conf")))
                .contains(
                        "server host-1:%s".formatted(instruction("EXPOSE")),
                        "server host-2:%s".formatted(instruction("EXPOSE")),
                        "proxy_set_header X-Forwarded-For $remote_addr;");
    }

    @Test
    void the_server_takes_the_configuration_and_the_variables_of_kubernetes() throws IOException {
        Node map = kubernetes("configuration.yaml");
        Path file = Files.writeString(
                directory.resolve("webhookdb.yaml"),
                map.at("data", "webhookdb.yaml").text());
        Map<String, String> variables = new LinkedHashMap<>();
        for (Node variable : container().at("env").list()) {
            variables.put(variable.at("name").text(), variable.at("value").text());
        }

        Configuration configuration = load(variables, Optional.of(file));

        assertThat(variables)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "WEBHOOKDB_DATABASE_PASSWORD_FILE", "/run/secrets/webhookdb/database-password",
                        "WEBHOOKDB_ENCRYPTION_KEY_FILE", "/run/secrets/webhookdb/encryption-key"));
        assertThat(configuration.database().platform()).isPresent();
        assertThat(configuration.encryptionKey()).isPresent();
        assertThat(volume("secrets").at("secret", "secretName").text())
                .isEqualTo(kubernetes("secrets.yaml").at("metadata", "name").text());
        List<Node> mounted = volume("secrets").at("secret", "items").list();
        assertThat(mounted)
                .allSatisfy(item -> assertThat(
                                mountPath("secrets") + "/" + item.at("path").text())
                        .isIn(variables.values()));
        assertThat(mounted)
                .extracting(item -> item.at("key").text())
                .containsExactlyInAnyOrderElementsOf(
                        kubernetes("secrets.yaml").at("stringData").object().keySet());
        int grace = (int) pod().at("terminationGracePeriodSeconds").value();
        assertThat(Duration.ofSeconds(grace))
                .isGreaterThan(configuration.shutdownTimeout().plusSeconds(5));
    }

    @Test
    void a_pod_is_what_the_image_is_and_has_few_rights() {
        String user = instruction("USER").split(":", 2)[0];

        assertThat(pod().at("enableServiceLinks").value())
                .as("variables that Kubernetes makes of a Service called webhookdb are unknown keys")
                .isEqualTo(false);
        assertThat(pod().at("securityContext").object())
                .containsEntry("runAsNonRoot", true)
                .containsEntry("runAsUser", Integer.valueOf(user));
        assertThat(container().at("securityContext").object())
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        assertThat(container().at("volumeMounts").list())
                .extracting(mount -> mount.at("mountPath").text())
                .containsExactlyInAnyOrder(instruction("VOLUME"), "/tmp", "/etc/webhookdb", "/run/secrets/webhookdb");
        assertThat(dockerfile).contains("ln -s /etc/webhookdb /opt/webhookdb/conf");
        Node port = container().at("ports").first();
        assertThat(port.at("containerPort").value()).isEqualTo(Integer.valueOf(instruction("EXPOSE")));
        assertThat(kubernetes("service.yaml")
                        .at("spec", "ports")
                        .first()
                        .at("targetPort")
                        .text())
                .isEqualTo(port.at("name").text());
        assertThat(kubernetes("service.yaml").at("spec", "selector").object())
                .isEqualTo(kubernetes("deployment.yaml")
                        .at("spec", "template", "metadata", "labels")
                        .object());
    }

    @ParameterizedTest
    @ValueSource(strings = {"startupProbe:/healthz", "livenessProbe:/healthz", "readinessProbe:/readyz"})
    void a_probe_asks_a_route_that_the_server_has(String probe) {
        String[] parts = probe.split(":", 2);

        assertThat(container().at(parts[0], "httpGet").object())
                .containsEntry("path", parts[1])
                .containsEntry("port", "http");
    }

    private Configuration load(Map<String, String> variables, Optional<Path> file) {
        Map<String, String> here = new HashMap<>(variables);
        here.replaceAll((name, value) -> name.endsWith("_FILE") ? password.toString() : value);
        return ConfigurationLoader.load(file, here, Installation.unpacked().home());
    }

    private static Node pod() {
        return kubernetes("deployment.yaml").at("spec", "template", "spec");
    }

    private static Node container() {
        return pod().at("containers").first();
    }

    private static Node volume(String name) {
        return named(pod().at("volumes"), name);
    }

    private static String mountPath(String name) {
        return named(container().at("volumeMounts"), name).at("mountPath").text();
    }

    private static Node named(Node list, String name) {
        return list.list().stream()
                .filter(one -> one.at("name").text().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Node kubernetes(String file) {
        return read(DEPLOY.resolve("kubernetes").resolve(file));
    }

    /** What stands behind an instruction of the Dockerfile, the last time. */
    private String instruction(String name) {
        return dockerfile
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .reduce((first, last) -> last)
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private static String withDefault(Object value) {
        Matcher variable = DEFAULT.matcher(String.valueOf(value));
        return variable.matches() ? variable.group(1) : String.valueOf(value);
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text);
    }

    private static boolean contains(AddressRange range, String address) {
        return range.contains(InetAddress.ofLiteral(address));
    }

    private static Node read(Path file) {
        try {
            return new Node(file.getFileName().toString(), new Yaml().load(Files.readString(file, UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A part of a document.
     *
     * @param where the way to it, for messages
     */
    private record Node(String where, Object value) {
        Node at(String... path) {
            Node node = this;
            for (String key : path) {
                assertThat(node.object()).as(node.where).containsKey(key);
                node = new Node(node.where + "/" + key, node.object().get(key));
            }
            return node;
        }

        @SuppressWarnings("unchecked") // the keys of all these files are texts
        Map<String, Object> object() {
            assertThat(value).as(where).isInstanceOf(Map.class);
            return (Map<String, Object>) value;
        }

        List<Node> list() {
            assertThat(value).as(where).isInstanceOf(List.class);
            return ((List<?>) value)
                    .stream().map(element -> new Node(where, element)).toList();
        }

        List<String> texts() {
            return list().stream().map(Node::text).toList();
        }

        Node first() {
            return list().getFirst();
        }

        String text() {
            return String.valueOf(value);
        }
    }
}
