package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.Password;
import dev.webhookdb.mail.TestCertificate;
import dev.webhookdb.platform.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked over the network: the public URL, clocks, a server, a mail server and a proxy, all on this machine. */
class NetworkChecksTest {
    private static final Identity OURS = new Identity("whpk_ours");
    private static final String KEYS = "/.well-known/webhook-signing-keys";

    @TempDir
    private Path directory;

    /** What is answered, by path; anything else with 404. */
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private final Web web = new Web();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        begin();
        answers.put(KEYS, "{\"keys\":[{\"public_key\":\"whpk_ours\"}]}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void an_address_of_this_machine_without_tls_is_told_though_it_leads_here() throws InterruptedException {
        assertThat(publicUrl(base(), web, Optional.of(OURS)))
                .extracting(Finding::status)
                .containsExactly(Status.WARNING, Status.WARNING);
        assertThat(publicUrl(base(), web, Optional.of(OURS)))
                .extracting(Finding::found)
                .containsExactly(
                        "public-url %s leads to 127.0.0.1, an address of this machine or network: providers cannot reach it."
                                .formatted(base()),
                        "public-url %s is without TLS: webhooks come in clear, and many providers refuse to send them."
                                .formatted(base()));
    }

    @Test
    void another_installation_a_redirection_and_nobody_are_told_apart() throws InterruptedException {
        answers.put(KEYS, "{\"keys\":[{\"public_key\":\"whpk_theirs\"}]}");
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found()).contains("is not this installation"));

        answers.put(KEYS, "redirect");
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                .satisfies(one -> assertThat(one.found()).contains("redirects to https://elsewhere.example.com/"));

        answers.put(KEYS, "failure");
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                .satisfies(one -> assertThat(one.found()).contains("answers with status 502, and no server of this"));

        server.stop(0);
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                .satisfies(one -> assertThat(one.found()).startsWith("Nobody answers at "));
    }

    @Test
    void a_name_that_nobody_has_is_a_problem() throws InterruptedException {
        assertThat(publicUrl(URI.create("https://nobody.invalid"), web, Optional.empty()))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found()).contains("no address for the name nobody.invalid"));
    }

    @Test
    void a_certificate_is_told_before_and_after_its_end_and_when_nobody_trusts_it() throws Exception {
        TestCertificate good = TestCertificate.make(made("good"), "ip:127.0.0.1");
        secured(good);
        assertThat(publicUrl(base(), trusting(good), Optional.of(OURS)))
                .extracting(Finding::found)
                .allSatisfy(found -> assertThat(found).contains("address of this machine"));
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found()).startsWith("TLS to " + base() + " fails ("));

        TestCertificate tomorrow = TestCertificate.make(made("tomorrow"), "ip:127.0.0.1", "-10d", 11);
        secured(tomorrow);
        assertThat(last(publicUrl(base(), trusting(tomorrow), Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                .satisfies(one -> assertThat(one.found()).endsWith(", in 0 days."));

        TestCertificate past = TestCertificate.make(made("past"), "ip:127.0.0.1", "-10d", 5);
        secured(past);
        // nobody has to trust it to see that it is over
        assertThat(last(publicUrl(base(), web, Optional.of(OURS))))
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found()).contains("providers send nothing any more"));
    }

    @Test
    void a_clock_that_is_wrong_is_told_by_how_much() throws InterruptedException {
        assertThat(clock(Duration.ZERO)).extracting(Finding::status).containsExactly(Status.OK);
        assertThat(clock(Duration.ofSeconds(-20)))
                .extracting(Finding::status)
                .containsExactly(Status.WARNING, Status.WARNING);
        assertThat(clock(Duration.ofMinutes(7)))
                .extracting(Finding::status)
                .containsExactly(Status.PROBLEM, Status.PROBLEM);
        assertThat(clock(Duration.ofMinutes(7)).getFirst().found())
                .startsWith("This machine's clock and that of PostgreSQL at ")
                .matches(".* differ by 4\\d\\d s\\.");
    }

    @Test
    void a_server_tells_what_fails() throws InterruptedException {
        assertThat(new RunningServerCheck(local()).examine())
                .singleElement()
                .satisfies(one -> assertThat(one.found()).startsWith("Something else than webhookdb answers at "));

        answers.put("/healthz", "{\"status\":\"ok\",\"failing\":[],\"problems\":[]}");
        answers.put("/readyz", "{\"status\":\"ready\"}");
        assertThat(new RunningServerCheck(local()).examine())
                .extracting(Finding::status)
                .containsExactly(Status.OK);

        answers.put(
                "/healthz", "{\"status\":\"degraded\",\"failing\":[\"alerts\"],\"problems\":[\"Something is odd.\"]}");
        answers.remove("/readyz");
        assertThat(new RunningServerCheck(local()).examine())
                .extracting(Finding::found)
                .containsExactly(
                        "In the background these do not succeed: alerts.",
                        "Something is odd.",
                        "The server at %s takes no webhooks now (status 404).".formatted(base()));

        server.stop(0);
        assertThat(new RunningServerCheck(local()).examine())
                .extracting(Finding::status)
                .containsExactly(Status.SKIPPED);
    }

    @Test
    void a_server_that_takes_connections_and_says_nothing_is_a_problem() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(new RunningServerCheck(local(silent.getLocalPort())).examine())
                    .singleElement()
                    .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                    .satisfies(one -> assertThat(one.found()).endsWith(" does not answer."));
        }
    }

    @Test
    void files_of_organizations_are_read_and_planned_by_the_server() throws IOException, InterruptedException {
        assertThat(files()).extracting(Finding::status).containsExactly(Status.SKIPPED);

        Path file = Files.createDirectory(directory.resolve("organizations")).resolve("acme.yaml");
        Files.writeString(file, "organization: Acme\nmembrs: {}\n");
        assertThat(files())
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found()).startsWith(file + ":2: membrs: "));

        Files.writeString(file, "organization: Acme\n");
        assertThat(files())
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.OK))
                .satisfies(one -> assertThat(one.found()).contains("known only while the server runs"));

        Files.writeString(directory.resolve("operator-token"), "whdb_op_1\n");
        answers.put("/v1/operator/config/plan", "{\"create\":1,\"update\":0,\"delete\":0,\"keep\":0}");
        assertThat(files())
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.WARNING))
                .satisfies(one -> assertThat(one.found()).endsWith("differ by 1 change."));

        answers.put("/v1/operator/config/plan", "{\"create\":0,\"update\":0,\"delete\":0,\"keep\":2}");
        assertThat(files()).extracting(Finding::status).containsExactly(Status.OK);
    }

    @Test
    void the_operators_token_goes_to_nobody_else() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("operator-token"), "whdb_op_1\n");
        answers.put("/v1/operator/config/plan", "{}");
        answers.put(KEYS, "{\"keys\":[{\"public_key\":\"whpk_theirs\"}]}");

        assertThat(local().asOperator("/v1/operator/config/plan", "{}")).isEmpty();
    }

    @Test
    void a_mail_server_is_greeted_and_gets_no_mail() throws IOException {
        int port = freePort();
        assertThat(mail(port, Optional.empty(), ""))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.remedy()).contains("Check mail.host, mail.port and mail.security."));

        GreenMail greenMail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        greenMail.start();
        try {
            greenMail.setUser("webhookdb@example.com", "webhookdb", "right");
            assertThat(mail(port, Optional.of("webhookdb"), "right"))
                    .extracting(Finding::found)
                    .containsExactly("The mail server 127.0.0.1:%d answers and lets us in.".formatted(port));
            assertThat(mail(port, Optional.of("webhookdb"), "a-wrong-password"))
                    .singleElement()
                    .satisfies(one -> assertThat(one.remedy())
                            .contains("refused the user name or the password")
                            .doesNotContain("a-wrong-password"));
            assertThat(greenMail.getReceivedMessages()).isEmpty();
        } finally {
            greenMail.stop();
        }
        assertThat(new MailCheck(Optional.empty()).examine())
                .extracting(Finding::status)
                .containsExactly(Status.SKIPPED);
    }

    @Test
    void a_proxy_is_told_without_its_password() throws IOException {
        assertThat(proxy(server.getAddress().getPort()))
                .extracting(Finding::status)
                .containsExactly(Status.OK);
        assertThat(proxy(freePort()))
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM))
                .satisfies(one -> assertThat(one.found() + one.remedy()).doesNotContain("geheim"));
    }

    private static List<Finding> proxy(int port) {
        return new ProxyCheck(Optional.of(URI.create("http://user:geheim@127.0.0.1:" + port))).examine();
    }

    private static List<Finding> mail(int port, Optional<String> user, String password) {
        return new MailCheck(Optional.of(new Configuration.Mail(
                        "127.0.0.1",
                        port,
                        Configuration.Mail.Security.NONE,
                        user,
                        new Password(password),
                        "webhookdb@example.com")))
                .examine();
    }

    private List<Finding> clock(Duration offset) throws InterruptedException {
        return new ClockCheck(Clock.offset(Clock.systemUTC(), offset), web, List.of(TestPostgres.server()), base())
                .examine();
    }

    private List<Finding> files() throws InterruptedException {
        return new OrganizationFilesCheck(directory.resolve("organizations"), Map.of(), local()).examine();
    }

    private List<Finding> publicUrl(URI url, Web asking, Optional<Identity> identity) throws InterruptedException {
        // no server of ours runs but the one that the URL leads to
        return new PublicUrlCheck(url, asking, local(), identity, false, Clock.systemUTC()).examine();
    }

    private LocalServer local() {
        return local(server.getAddress().getPort());
    }

    private LocalServer local(int port) {
        Configuration configuration = ConfigurationLoader.load(
                Optional.empty(),
                Map.of("WEBHOOKDB_DATA_DIR", directory.toString(), "WEBHOOKDB_SERVER_PORT", Integer.toString(port)),
                directory);
        return LocalServer.of(configuration, web, Optional.of(OURS));
    }

    private static Finding last(List<Finding> findings) {
        return findings.getLast();
    }

    private URI base() {
        return URI.create("%s://127.0.0.1:%d"
                .formatted(
                        server instanceof HttpsServer ? "https" : "http",
                        server.getAddress().getPort()));
    }

    private void secured(TestCertificate certificate) throws IOException {
        server.stop(0);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server = https;
        begin();
    }

    private static Web trusting(TestCertificate certificate) {
        return new Web(certificate.trust());
    }

    private void begin() {
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String said = answers.getOrDefault(exchange.getRequestURI().getPath(), "");
            exchange.getRequestBody().readAllBytes();
            if (said.equals("redirect")) {
                exchange.getResponseHeaders().set("Location", "https://elsewhere.example.com/");
                exchange.sendResponseHeaders(301, -1);
                return;
            }
            if (said.equals("failure")) {
                exchange.sendResponseHeaders(502, -1);
                return;
            }
            byte[] body = said.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
