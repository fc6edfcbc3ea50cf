package dev.webhookdb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.webhookdb.apply.Webhooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {
    private static final Path INSTALLATION = Path.of("/opt/webhookdb");

    @TempDir
    private Path directory;

    @Test
    void without_anything_the_defaults_are_right() {
        Configuration configuration =
                ConfigurationLoader.load(Optional.empty(), Map.of("HOME", "/home/ada"), INSTALLATION);

        assertThat(configuration.server()).isEqualTo(new Configuration.Server("0.0.0.0", 18001, List.of()));
        assertThat(configuration.publicUrl()).isEqualTo(URI.create("http://localhost:18001"));
        assertThat(configuration.dataDirectory()).isEqualTo(Path.of("/home/ada/.webhookdb/data"));
        assertThat(configuration.database())
                .isEqualTo(new Configuration.Database(Optional.empty(), 10, 300, List.of()));
        assertThat(configuration.outbound().allow()).isEmpty();
        assertThat(configuration.connectors())
                .isEqualTo(new Configuration.Connectors(List.of(Path.of("/opt/webhookdb/connectors")), false));
        assertThat(configuration.destinations())
                .isEqualTo(new Configuration.Destinations(Path.of("/opt/webhookdb/destinations"), false));
        assertThat(configuration.ingest())
                .isEqualTo(new Configuration.Ingest(5 * 1024 * 1024, Duration.ofDays(90), 16 << 20, false, 1 << 30));
        assertThat(configuration.shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.log())
                .isEqualTo(new Configuration.Log(Configuration.Log.Format.TEXT, Configuration.Log.Level.INFO));
    }

    @Test
    void mail_is_sent_to_the_usual_port_and_its_password_may_be_in_a_file_of_its_own() throws IOException {
        Path secret = Files.writeString(directory.resolve("password"), "s3cret\n");

        Configuration configuration = ConfigurationLoader.load(
                Optional.empty(),
                Map.of(
                        "WEBHOOKDB_MAIL_HOST", "mail.example.com",
                        "WEBHOOKDB_MAIL_USERNAME", "whdb",
                        "WEBHOOKDB_MAIL_PASSWORD_FILE", secret.toString(),
                        "WEBHOOKDB_MAIL_FROM", "WebhookDB <hooks@example.com>"),
                INSTALLATION);

        assertThat(configuration.mail())
                .contains(new Configuration.Mail(
                        "mail.example.com",
                        587,
                        Configuration.Mail.Security.STARTTLS,
                        Optional.of("whdb"),
                        new Password("s3cret"),
                        "WebhookDB <hooks@example.com>"));
    }

    @Test
    void mail_without_a_sender_or_with_half_a_login_or_a_broken_line_is_refused() {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> ConfigurationLoader.load(
                        Optional.empty(),
                        Map.of("WEBHOOKDB_MAIL_HOST", "mail.example.com", "WEBHOOKDB_MAIL_USERNAME", "whdb"),
                        INSTALLATION));
        ConfigurationException injected = catchThrowableOfType(
                ConfigurationException.class,
                () -> ConfigurationLoader.load(
                        Optional.empty(),
                        Map.of("WEBHOOKDB_MAIL_HOST", "m", "WEBHOOKDB_MAIL_FROM", "a@example.com\nBcc: b@example.com"),
                        INSTALLATION));

        assertThat(refused).hasMessageContaining("mail.from").hasMessageContaining("mail.password");
        assertThat(injected).hasMessageContaining("an address such as webhookdb@example.com");
    }

    @Test
    void a_file_may_set_everything() throws IOException {
        Configuration configuration = load("""
                server:
                  host: 127.0.0.1
                  port: 8080
                public-url: https://hooks.example.com/
                data-dir: /var/lib/webhookdb
                database:
                  url: jdbc:postgresql://db.example.com:6432/webhookdb?sslmode=require
                  username: whdb
                  password: s3cret
                  pool-size: 20
                  servers:
                    - url: postgresql://one.example.com/postgres
                      username: admin
                      password: first
                    - url: postgresql://admin:p%40ss@[::1]:5433/postgres
                server.trusted-proxies: [10.1.0.0/16]
                outbound:
                  allow: [10.0.0.0/8, "fd00::/8"]
                  proxy: http://me:s3cret@proxy.example.com:3128
                connectors-dir: /srv/connectors
                connectors.more-directories: [/srv/mine, /srv/ours]
                connectors.strict: true
                destinations.strict: true
                destinations-dir: /srv/destinations
                ingest:
                  max-body: 2 MiB
                  retention: 30d
                shutdown-timeout: PT1M
                log:
                  format: json
                  level: debug
                """);

        assertThat(configuration.server())
                .isEqualTo(new Configuration.Server("127.0.0.1", 8080, List.of(AddressRange.parse("10.1.0.0/16"))));
        assertThat(configuration.publicUrl()).isEqualTo(URI.create("https://hooks.example.com"));
        assertThat(configuration.database().platform())
                .contains(new ServerAddress(
                        "db.example.com:6432",
                        "db.example.com",
                        6432,
                        "webhookdb",
                        "whdb",
                        new Password("s3cret"),
                        Map.of("sslmode", "require")));
        assertThat(DatabaseServer.addresses(configuration.database().servers()))
                .containsExactly(
                        ServerAddress.of("one.example.com", 5432, "postgres", "admin", new Password("first")),
                        ServerAddress.of("::1", 5433, "postgres", "admin", new Password("p@ss")));
        assertThat(configuration.outbound().allow())
                .extracting(range -> range.contains(InetAddress.ofLiteral("10.9.8.7")))
                .containsExactly(true, false);
        assertThat(configuration.outbound().proxy())
                .hasValueSatisfying(proxy -> assertThat(proxy.getUserInfo()).isEqualTo("me:s3cret"));
        assertThat(configuration.outbound().toString()).doesNotContain("s3cret");
        assertThat(configuration.connectors())
                .isEqualTo(new Configuration.Connectors(
                        List.of(Path.of("/srv/connectors"), Path.of("/srv/mine"), Path.of("/srv/ours")), true));
        assertThat(configuration.destinations())
                .isEqualTo(new Configuration.Destinations(Path.of("/srv/destinations"), true));
        assertThat(configuration.ingest())
                .isEqualTo(new Configuration.Ingest(2 * 1024 * 1024, Duration.ofDays(30), 16 << 20, false, 1 << 30));
        assertThat(configuration.shutdownTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(configuration.log())
                .isEqualTo(new Configuration.Log(Configuration.Log.Format.JSON, Configuration.Log.Level.DEBUG));
    }

    @Test
    void metrics_are_on_for_this_machine_and_a_token_for_others_may_be_in_a_file() throws IOException {
        Path secret = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");

        assertThat(ConfigurationLoader.load(Optional.empty(), Map.of(), INSTALLATION)
                        .metrics())
                .isEqualTo(new Configuration.Metrics(true, Optional.empty()));
        assertThat(ConfigurationLoader.load(
                                Optional.empty(),
                                Map.of("WEBHOOKDB_METRICS_TOKEN_FILE", secret.toString()),
                                INSTALLATION)
                        .metrics())
                .isEqualTo(new Configuration.Metrics(true, Optional.of(new Password("0123456789abcdef"))));
    }

    @Test
    void there_are_no_traces_until_a_collector_is_named_and_then_all_are_kept() throws IOException {
        assertThat(load("", Map.of()).traces()).isEmpty();
        assertThat(load("traces: {endpoint: 'http://localhost:4318/'}", Map.of())
                        .traces())
                .contains(new Configuration.Traces(
                        URI.create("http://localhost:4318/v1/traces"), 1.0, Map.of(), "webhookdb"));
        assertThat(load(
                                "traces: {endpoint: 'https://otlp.example.com/otlp/v1/traces', sample: 0.25, service-name: hooks}",
                                Map.of("WEBHOOKDB_TRACES_HEADERS_FILE", secret("headers", "x-key=a=b==, x-tenant=1\n")))
                        .traces())
                .contains(new Configuration.Traces(
                        URI.create("https://otlp.example.com/otlp/v1/traces"),
                        0.25,
                        Map.of("x-key", new Password("a=b=="), "x-tenant", new Password("1")),
                        "hooks"));
    }

    @Test
    void what_is_wrong_about_traces_is_told_by_its_key_and_no_header_is_repeated() throws IOException {
        assertThat(problems(
                        "traces: {endpoint: 'localhost:4318', sample: 2, headers: 'very private'}",
                        Map.of("WEBHOOKDB_TRACES_SERVICE_NAME", "a\u0007")))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder("traces.endpoint", "traces.sample", "traces.headers", "traces.service-name");
        assertThat(problems("traces: {endpoint: 'http://localhost:4318', headers: 'x-key=a, Host=b'}", Map.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo("traces.headers"));
        assertThat(problems("traces: {headers: 'x-key=very private'}", Map.of()))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.toString()).contains("traces.endpoint").doesNotContain("very private");
                });
    }

    @Test
    void whatever_is_secret_may_be_in_a_file_that_a_variable_names() throws IOException {
        Configuration configuration = load(
                """
                database: {servers: [{url: "postgresql://a:b@file/postgres"}]}
                """,
                Map.of(
                        "WEBHOOKDB_ENCRYPTION_KEY_FILE", secret("key", "{\"primaryKeyId\": 1}\n"),
                        "WEBHOOKDB_DATABASE_URL_FILE", secret("url", "postgresql://whdb@db.example.com/x\n"),
                        "WEBHOOKDB_DATABASE_PASSWORD_FILE", secret("password", "s3cret\n"),
                        "WEBHOOKDB_DATABASE_SERVERS_FILE", secret("servers", "postgresql://a:b@one/x\n"),
                        "WEBHOOKDB_OUTBOUND_PROXY_FILE", secret("proxy", "http://me:s3cret@proxy.example.com:3128\n")));

        assertThat(configuration.encryptionKey()).contains(new Password("{\"primaryKeyId\": 1}"));
        assertThat(configuration.database().platform())
                .hasValueSatisfying(server -> assertThat(server.password()).isEqualTo(new Password("s3cret")));
        assertThat(configuration.database().servers())
                .extracting(server -> server.address().host())
                .containsExactly("one");
        assertThat(configuration.outbound().proxy()).contains(URI.create("http://me:s3cret@proxy.example.com:3128"));
    }

    @Test
    void a_secret_that_is_given_twice_is_refused_and_not_repeated() throws IOException {
        String file = secret("key", "in-the-file");

        List<Problem> problems = problems(
                "", Map.of("WEBHOOKDB_ENCRYPTION_KEY", "in-the-variable", "WEBHOOKDB_ENCRYPTION_KEY_FILE", file));

        assertThat(problems)
                .containsExactly(new Problem(
                        "WEBHOOKDB_ENCRYPTION_KEY_FILE",
                        file,
                        "only one of WEBHOOKDB_ENCRYPTION_KEY and WEBHOOKDB_ENCRYPTION_KEY_FILE, and both are set",
                        "environment"));
    }

    @Test
    void a_secret_whose_variable_is_empty_is_given_once() throws IOException {
        Configuration configuration = load(
                "",
                Map.of(
                        "WEBHOOKDB_METRICS_TOKEN",
                        " ",
                        "WEBHOOKDB_METRICS_TOKEN_FILE",
                        secret("token", "0123456789abcdef")));

        assertThat(configuration.metrics().token()).contains(new Password("0123456789abcdef"));
    }

    @Test
    void a_file_of_a_secret_that_is_empty_or_not_there_or_of_what_is_no_secret_is_refused() throws IOException {
        String missing = directory.resolve("missing").toString();
        String empty = secret("empty", "\n");

        assertThat(problems(
                        "",
                        Map.of(
                                "WEBHOOKDB_ENCRYPTION_KEY_FILE", missing,
                                "WEBHOOKDB_MAIL_PASSWORD_FILE", empty,
                                "WEBHOOKDB_SERVER_PORT_FILE", empty)))
                .containsExactlyInAnyOrder(
                        new Problem("WEBHOOKDB_ENCRYPTION_KEY_FILE", missing, "a file that can be read", "environment"),
                        new Problem("WEBHOOKDB_MAIL_PASSWORD_FILE", empty, "a file that is not empty", "environment"),
                        new Problem(
                                "WEBHOOKDB_SERVER_PORT_FILE",
                                empty,
                                "a known key; the user's guide lists them",
                                "environment"));
    }

    private String secret(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "with spaces in between", "mit-Umlauten-äöüß-und-mehr"})
    void a_token_that_can_be_guessed_or_not_be_sent_is_refused_without_being_repeated(String token) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> ConfigurationLoader.load(
                        Optional.empty(), Map.of("WEBHOOKDB_METRICS_TOKEN", token), INSTALLATION));

        assertThat(refused).hasMessageContaining("WEBHOOKDB_METRICS_TOKEN").hasMessageContaining("16 to 256");
        assertThat(refused.getMessage()).doesNotContain(token);
    }

    @Test
    void the_environment_goes_before_the_file() throws IOException {
        Configuration configuration = load(
                """
                server: {host: 127.0.0.1, port: 8080}
                database: {servers: [{url: "postgresql://a:b@file/postgres"}]}
                """,
                Map.of(
                        "WEBHOOKDB_SERVER_PORT", "9090",
                        "WEBHOOKDB_DATABASE_SERVERS", "postgresql://a:b@one/x, postgresql://a:b@two/y",
                        "WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.1,192.168.0.0/16"));

        assertThat(configuration.server()).isEqualTo(new Configuration.Server("127.0.0.1", 9090, List.of()));
        assertThat(configuration.publicUrl()).isEqualTo(URI.create("http://localhost:9090"));
        assertThat(configuration.database().servers())
                .extracting(server -> server.address().host())
                .containsExactly("one", "two");
        assertThat(configuration.outbound().allow()).hasSize(2);
    }

    @Test
    void an_empty_variable_and_those_of_other_programs_are_absent() {
        Configuration configuration = ConfigurationLoader.load(
                Optional.empty(),
                Map.of("WEBHOOKDB_SERVER_PORT", "", "WEBHOOKDB_API_HOST", "http://x", "WEBHOOKDB_DEBUG", "1"),
                INSTALLATION);

        assertThat(configuration.server().port()).isEqualTo(18001);
    }

    @Test
    void every_problem_is_told_at_once_with_where_it_came_from() throws IOException {
        List<Problem> problems = problems(
                """
                server: {port: 99999, hots: x}
                public-url: example.com
                database: {password: s3cret, pool-size: many}
                outbound: {allow: [10.0.0.0/99], proxy: "socks://me:s3cret@proxy.example.com:1080"}
                connectors: {strict: perhaps}
                ingest: {max-body: 5 bananas}
                log: {format: xml}
                """,
                Map.of("WEBHOOKDB_SHUTDOWN_TIMEOUT", "soon", "WEBHOOKDB_LOG_LEVEL", "loud", "WEBHOOKDB_NONSENSE", "1"));

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "server.port",
                        "server.hots",
                        "public-url",
                        "database.password",
                        "database.pool-size",
                        "outbound.allow.0",
                        "outbound.proxy",
                        "connectors.strict",
                        "ingest.max-body",
                        "log.format",
                        "shutdown-timeout",
                        "log.level",
                        "WEBHOOKDB_NONSENSE");
        assertThat(problems.toString()).doesNotContain("s3cret");
        assertThat(problems)
                .contains(
                        new Problem("server.port", "99999", "a whole number from 0 to 65535", file()),
                        new Problem("server.hots", "x", "a known key, perhaps server.host", file()),
                        new Problem(
                                "database.password", "[secret]", "database.url as well, which it belongs to", file()),
                        new Problem(
                                "log.level",
                                "loud",
                                "one of trace, debug, info, warn, error",
                                "environment variable WEBHOOKDB_LOG_LEVEL"));
    }

    @Test
    void events_are_kept_for_a_week_and_for_a_day_to_a_year_where_that_is_said() throws IOException {
        assertThat(load("").notifications().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(load("notifications: {retention: 1d}").notifications().retention())
                .isEqualTo(Duration.ofDays(1));
        assertThat(load("notifications: {retention: 365d}").notifications().retention())
                .isEqualTo(Duration.ofDays(365));
        assertThat(problems("notifications: {retention: 23h}", Map.of())).hasSize(1);
        assertThat(problems("notifications: {retention: 366d}", Map.of())).hasSize(1);
    }

    @Test
    void webhooks_are_kept_at_least_as_long_as_they_can_be_replayed() throws IOException {
        Configuration shortest = load("ingest: {retention: %s}".formatted(Webhooks.REACH));
        List<Problem> shorter = problems("ingest: {retention: %s}".formatted(Webhooks.REACH.minusSeconds(1)), Map.of());

        assertThat(shortest.ingest().retention()).isEqualTo(Webhooks.REACH);
        assertThat(shorter)
                .containsExactly(new Problem(
                        "ingest.retention",
                        "PT167H59M59S",
                        "a duration such as 90d, from 7d, within which webhooks can be replayed, to 3650d",
                        file()));
    }

    @Test
    void backfills_are_kept_for_a_month_and_the_audit_log_for_over_a_year_unless_something_else_is_said()
            throws IOException {
        Configuration usual = load("");
        Configuration other = load("backfill: {retention: 1d}\naudit: {retention: P3650D}");

        assertThat(usual.backfill().retention()).isEqualTo(Duration.ofDays(30));
        assertThat(usual.audit().retention()).isEqualTo(Duration.ofDays(400));
        assertThat(other.backfill().retention()).isEqualTo(Duration.ofDays(1));
        assertThat(other.audit().retention()).isEqualTo(Duration.ofDays(3650));
        assertThat(load("", Map.of("WEBHOOKDB_AUDIT_RETENTION", "14d")).audit().retention())
                .isEqualTo(Duration.ofDays(14));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "-1d", "-P1D", "soon", "23h", "3651d"})
    void how_long_something_is_kept_that_cannot_be_is_refused_with_what_can_be(String kept) throws IOException {
        assertThat(problems("backfill: {retention: '%1$s'}\naudit: {retention: '%1$s'}".formatted(kept), Map.of()))
                .containsExactlyInAnyOrder(
                        new Problem("backfill.retention", kept, "a duration such as 30d, from 1d to 3650d", file()),
                        new Problem("audit.retention", kept, "a duration such as 400d, from 1d to 3650d", file()));
    }

    @Test
    void an_unknown_variable_names_the_one_that_was_meant_and_hides_its_value() throws IOException {
        assertThat(problems("", Map.of("WEBHOOKDB_DATABASE_PASWORD", "s3cret", "WEBHOOKDB_DATABASE_PASSWRD", "s3cret")))
                .extracting(Problem::expected)
                .containsOnly("a known key, perhaps WEBHOOKDB_DATABASE_PASSWORD");
        ConfigurationException failure = refused("", Map.of("WEBHOOKDB_DATABASE_PASSWRD", "s3cret"));
        assertThat(failure).message().doesNotContain("s3cret").contains("There is a problem with the configuration:");
    }

    @Test
    void no_part_of_a_url_shows_its_password() throws IOException {
        for (String url : List.of(
                "postgresql://whdb:s3cret@db.example.com",
                "mysql://whdb:s3cret@db.example.com/x",
                "postgresql://whdb:s3cret@one,two/x",
                "postgresql://whdb:a@b/s3cret@one/x",
                "jdbc:postgresql://db/x?password=s3cret",
                "postgresql://whdb:s3cret@db:port/x")) {
            ConfigurationException failure = refused("", Map.of("WEBHOOKDB_DATABASE_URL", url));
            assertThat(failure).message().doesNotContain("s3cret").contains("database.url");
        }
    }

    @Test
    void a_server_without_an_address_or_a_user_is_incomplete() throws IOException {
        assertThat(problems("database: {servers: [{username: x}, {url: 'postgresql://two/x'}]}", Map.of()))
                .extracting(Problem::key)
                .containsExactly("database.servers.0.url", "database.servers.1.url");
    }

    @Test
    void servers_may_have_names_weights_and_tags() throws IOException {
        Configuration configuration = load("""
                database:
                  servers:
                    - {url: "postgresql://a@one/x", name: eu-1, weight: 3, tags: [eu, fast]}
                    - {url: "postgresql://a@two/x", name: us-1, weight: 0, tags: "us, slow"}
                    - {url: "postgresql://a@three/x"}
                    - postgresql://a@four/x
                """, Map.of());

        assertThat(configuration.database().servers())
                .extracting(
                        DatabaseServer::name,
                        server -> server.address().host(),
                        DatabaseServer::weight,
                        DatabaseServer::sortedTags)
                .containsExactlyInAnyOrder(
                        tuple("eu-1", "one", 3, List.of("eu", "fast")),
                        tuple("us-1", "two", 0, List.of("slow", "us")),
                        tuple("three:5432", "three", 1, List.of()),
                        tuple("four:5432", "four", 1, List.of()));
    }

    @Test
    void names_weights_and_tags_that_cannot_be_are_all_told() throws IOException {
        assertThat(problems("""
                database:
                  servers:
                    - {url: "postgresql://a@one/x", name: same, weight: 1001}
                    - {url: "postgresql://a@two/x", name: same, weight: -1, tags: [a b]}
                    - {url: "postgresql://a@three/x", name: own}
                    - {url: "postgresql://a@four/x", name: "four:5432"}
                """, Map.of()))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "database.servers.0.weight",
                        "database.servers.1.name",
                        "database.servers.1.weight",
                        "database.servers.1.tags.0",
                        "database.servers.2.name",
                        "database.servers.3.name");
    }

    @Test
    void a_file_that_is_no_yaml_or_not_there_is_named() throws IOException {
        assertThat(problems("server: [", Map.of())).singleElement().satisfies(problem -> {
            assertThat(problem.expected()).startsWith("YAML: ");
            assertThat(problem.origin()).isEqualTo(file());
        });
        Path missing = directory.resolve("missing.yaml");
        ConfigurationException failure = catchThrowableOfType(
                ConfigurationException.class,
                () -> ConfigurationLoader.load(Optional.of(missing), Map.of(), INSTALLATION));
        assertThat(failure.problems())
                .containsExactly(new Problem("", "", "a file that can be read", missing.toString()));
    }

    @Test
    void a_configuration_can_be_logged() {
        Configuration configuration = ConfigurationLoader.load(
                Optional.empty(), Map.of("WEBHOOKDB_DATABASE_URL", "postgresql://whdb:s3cret@db/x"), INSTALLATION);

        assertThat(configuration.toString()).contains("whdb").doesNotContain("s3cret");
    }

    private Configuration load(String yaml) throws IOException {
        return load(yaml, Map.of());
    }

    private Configuration load(String yaml, Map<String, String> environment) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", "/home/ada");
        Path file = Files.writeString(Path.of(file()), yaml);
        return ConfigurationLoader.load(Optional.of(file), all, INSTALLATION);
    }

    private List<Problem> problems(String yaml, Map<String, String> environment) throws IOException {
        return refused(yaml, environment).problems();
    }

    private ConfigurationException refused(String yaml, Map<String, String> environment) throws IOException {
        Files.writeString(Path.of(file()), yaml);
        return catchThrowableOfType(ConfigurationException.class, () -> load(yaml, environment));
    }

    private String file() {
        return directory.resolve("webhookdb.yaml").toString();
    }
}
