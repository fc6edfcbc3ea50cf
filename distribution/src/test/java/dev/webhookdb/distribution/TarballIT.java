package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the tarball without a running host, and hosts that cannot start: the sentence and the exit status. */
class TarballIT {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final Path directory = Installation.temporaryDirectory();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void environment() {
        environment.put("WEBHOOKDB_DATA_DIR", directory.resolve("data").toString());
        environment.put("WEBHOOKDB_SERVER_HOST", "127.0.0.1");
        environment.put("WEBHOOKDB_SERVER_PORT", String.valueOf(Server.freePort()));
    }

    @AfterEach
    void end() {
        // a host that had to be killed leaves it running
        new Postgres(directory.resolve("data/postgres/data")).kill();
        Installation.delete(directory);
    }

    @Test
    void the_version_is_the_builds() {
        assertThat(run("--version")).isEqualTo(new Run(DONE, "webhookdb " + Installation.version() + "\n", ""));
    }

    @Test
    void the_help_names_the_commands_and_the_exit_statuses() {
        Run run = run("--help");

        assertThat(run.status()).isEqualTo(DONE);
        assertThat(run.out())
                .contains(
                        "server",
                        "demo",
                        "auth",
                        "org",
                        "integrations",
                        "logs",
                        "replay",
                        "db",
                        "connectors",
                        "destinations",
                        "Exit status");
        assertThat(run("server", "--help").out()).startsWith("Usage: webhookdb server");
    }

    @Test
    void an_unknown_command_or_option_is_wrong_usage() {
        assertSentence(run("organisation"), WRONG_USAGE, "organisation");
        assertSentence(run("org", "list", "--colour"), WRONG_USAGE, "--colour");
        assertSentence(run("server", "--colour"), WRONG_USAGE, "'--colour' is not an option of 'webhookdb server'");
    }

    @Test
    void a_server_that_cannot_be_reached_is_named() {
        environment.put("WEBHOOKDB_API_TOKEN", "token");

        Run run = run("org", "list", "--host", "http://127.0.0.1:" + Server.freePort());

        assertSentence(run, FAILED, "There is no server at http://127.0.0.1:");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void the_manual_and_the_completions_come_along() throws IOException {
        Path share = Installation.unpacked().home().resolve("share");

        assertThat(share.resolve("man/man1/webhookdb.1")).content().startsWith(".TH WEBHOOKDB 1");
        assertThat(share.resolve("bash-completion/completions/webhookdb"))
                .content()
                .contains("_complete_webhookdb");
        assertThat(share.resolve("zsh/site-functions/_webhookdb")).content().startsWith("#compdef webhookdb");
        assertThat(share.resolve("fish/vendor_completions.d/webhookdb.fish"))
                .content()
                .contains("complete -c webhookdb");
    }

    @Test
    void every_library_of_the_server_is_in_the_bill_of_materials_with_its_licence() throws IOException {
        Path home = Installation.unpacked().home();
        assumeThat(home.resolve("sbom.json"))
                .as("it is only made where Maven works online")
                .exists();
        List<String> licences = Files.readAllLines(home.resolve("THIRD-PARTY.txt"));
        String bill = Files.readString(home.resolve("sbom.json"));

        assertThat(bill).contains("\"bomFormat\" : \"CycloneDX\"").doesNotContain("serialNumber");
        assertThat(licences.stream().skip(2)).hasSizeGreaterThan(50).allMatch(line -> line.matches("\\S+  \\S.*"));
        try (Stream<Path> jars = Files.list(home.resolve("lib/server"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()).filter(name -> !name.startsWith("webhookdb-")))
                    .allMatch(name -> licences.stream().anyMatch(line -> name.startsWith(jarName(line))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connectors", "destinations"})
    void what_is_inside_the_jars_of_connectors_and_destinations_is_in_the_bill_of_materials(String kind)
            throws IOException {
        Path home = Installation.unpacked().home();
        assumeThat(home.resolve("sbom.json"))
                .as("it is only made where Maven works online")
                .exists();
        String licences = Files.readString(home.resolve("THIRD-PARTY.txt"));
        List<String> inside = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of("..", kind))) {
            for (Path pom : modules.map(module -> module.resolve("pom.xml"))
                    .filter(Files::exists)
                    .toList()) {
                String module = Files.readString(pom);
                // what is packed for those alone who ask for it is not in the tarball either
                inside.addAll(module.contains("<shade.phase>none</shade.phase>") ? List.of() : shaded(module));
            }
        }

        assertThat(inside).hasSizeGreaterThanOrEqualTo(kind.equals("destinations") ? 5 : 0);
        assertThat(inside).allSatisfy(artifact -> assertThat(licences).contains("\n" + artifact + ":"));
    }

    /** The artifacts that a module's file says are needed when it runs: {@code org.postgresql:postgresql}. */
    private static List<String> shaded(String pom) {
        return Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                .matcher(pom)
                .results()
                .map(found -> found.group(1))
                .filter(dependency -> !dependency.matches("(?s).*<scope>(test|provided)</scope>.*"))
                .map(dependency -> text(dependency, "groupId") + ":" + text(dependency, "artifactId"))
                .filter(artifact -> !artifact.startsWith("dev.webhookdb."))
                .toList();
    }

    private static String text(String xml, String tag) {
        return xml.replaceFirst("(?s).*?<%1$s>\\s*(.*?)\\s*</%1$s>.*".formatted(tag), "$1");
    }

    /** {@code postgresql-42.7.14} of a line that begins with {@code org.postgresql:postgresql:42.7.14}. */
    private static String jarName(String line) {
        String[] parts = line.split(" ", 2)[0].split(":", -1);
        return parts.length < 3 ? line : parts[1] + "-" + parts[2];
    }

    @Test
    void the_bundled_connector_is_good() {
        Run run = run("connectors", "check", Installation.unpacked().stripe().toString());

        assertThat(run.status()).isEqualTo(DONE);
        assertThat(run.out()).startsWith("READY    stripe").contains("stripe_charge_v1", "stripe_customer_v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clickhouse", "mariadb", "postgresql", "redshift", "sqs"})
    void the_bundled_destinations_are_good(String name) {
        Path file = Installation.unpacked().home().resolve("destinations/%s.jar".formatted(name));

        Run run = run("destinations", "check", file.toString());

        assertThat(run.status()).isEqualTo(DONE);
        assertThat(run.out()).startsWith("READY    " + name).contains("schemes:", "example:");
    }

    @Test
    void authors_of_connectors_find_all_they_build_with() throws IOException {
        Path repository = Installation.unpacked().home().resolve("share/maven/dev/webhookdb");
        String version = System.getProperty("version");

        for (String artifact : List.of(
                "webhookdb-parent:pom",
                "webhookdb-spi:jar",
                "webhookdb-platform:jar",
                "webhookdb-platform:tests.jar",
                "webhookdb-testkit:jar",
                "webhookdb-connector-archetype:jar",
                "connectors/webhookdb-connector-parent:pom",
                "destinations/webhookdb-destination-parent:pom")) {
            Path directory = repository.resolve(artifact.split(":", 2)[0]).resolve(version);
            String file = "%s-%s".formatted(directory.getParent().getFileName(), version);
            String end = artifact.split(":", 2)[1];

            assertThat(directory.resolve(file + ".pom")).isNotEmptyFile();
            assertThat(directory.resolve(file + (end.startsWith("tests") ? "-" : ".") + end))
                    .isNotEmptyFile();
        }
    }

    @Test
    void a_file_that_is_no_zip_is_no_connector() throws IOException {
        Path file = Files.writeString(directory.resolve("text.jar"), "not a ZIP");

        Run run = run("connectors", "check", file.toString());

        assertThat(run.status()).isEqualTo(FAILED);
        assertThat(run.out()).contains("REFUSED  text.jar", "text.jar is not a JAR: it is no ZIP file.", "remedy:");
    }

    @Test
    void two_mistakes_in_the_configuration_are_told_at_once() {
        environment.put("WEBHOOKDB_SERVER_PORT", "none");
        environment.put("WEBHOOKDB_DATABSE_URL", "postgresql://127.0.0.1/webhookdb");

        Run run = run("server");

        assertSentence(run, WRONG_USAGE, "There are 2 problems with the configuration");
        assertThat(run.err()).contains("server.port is \"none\"", "WEBHOOKDB_DATABASE_URL");
    }

    @Test
    void a_port_in_use_is_told_without_a_stack_trace() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("WEBHOOKDB_SERVER_PORT", String.valueOf(taken.getLocalPort()));

            assertSentence(
                    run("server"),
                    FAILED,
                    "WebhookDB cannot start. Cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void a_database_that_cannot_be_reached_is_told() {
        int port = Server.freePort();
        environment.put("WEBHOOKDB_DATABASE_URL", "postgresql://127.0.0.1:%d/webhookdb".formatted(port));
        environment.put("WEBHOOKDB_DATABASE_USERNAME", "webhookdb");
        environment.put("WEBHOOKDB_DATABASE_PASSWORD", "secret-of-nobody");

        Run run = run("server");

        assertSentence(run, FAILED, "PostgreSQL at 127.0.0.1:%d cannot be reached".formatted(port));
        assertThat(run.out() + run.err()).doesNotContain("secret-of-nobody");
    }

    private Run run(String... arguments) {
        return Installation.unpacked().run(environment, arguments);
    }

    static void assertSentence(Run run, int status, String sentence) {
        assertThat(run.err()).contains(sentence);
        assertThat(run.out() + run.err())
                .doesNotContainPattern("(?m)^\\s+at [a-z]")
                .doesNotContain("Exception:");
        assertThat(run.status()).isEqualTo(status);
    }
}
