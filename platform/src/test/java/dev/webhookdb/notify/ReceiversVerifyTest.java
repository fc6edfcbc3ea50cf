package dev.webhookdb.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Receivers on Node, Python and Go verify what is sent, with the libraries and the snippets that they use. Where Node, npm's registry, Python
 * or Go are missing, the tests are aborted and say so; a build that promises Go ({@code TEST_GO}) fails without it.
 */
class ReceiversVerifyTest {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path HOME = Path.of("target/node");
    private static final Path GO_SOURCES = Path.of("src/test/go");
    private static final Path GO_HOME = Path.of("target/go");
    private static final Path GUIDE = Path.of("../docs/notifications.md");
    private static final Pattern GO_IN_GUIDE = Pattern.compile("```go\n(.*?)```", Pattern.DOTALL);
    private static final boolean GO_IS_PROMISED = "required".equals(System.getenv("TEST_GO"));
    private static final String ALL = "standardwebhooks,svix,express,raw,public key";
    private static final List<String> SECRETS = List.of(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "your_webhook_secret",
            "whsec_no base64!",
            "\u00fcml\u00e4ut \u2603");
    private static final List<String> BODIES = List.of(
            "{\"id\":\"evt_1\",\"type\":\"user.created\",\"data\":{\"name\":\"Zo\u00eb \u2603 \ud83d\ude00\"}}",
            "{\"id\":\"evt_1\",\"row\":{\"a\":null,\"b\":true,\"c\":[1,2,{\"d\":\"\\\"\\\\/\\n\"}]},\"changes\":{}}");

    private PlatformDatabase platform;
    private Signatures signatures;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        signatures = new Signatures(SigningKey.open(platform.database(), new ReversingSealer()));
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void libraries_and_snippets_on_node_accept_what_is_sent_and_nothing_that_was_altered() throws IOException {
        install();

        assertThat(run(List.of("node", "verdicts.mjs"), genuine())).hasSize(8).containsOnly(ALL);
        assertThat(run(List.of("node", "verdicts.mjs"), altered())).hasSize(16).containsOnly("", "public key");
    }

    @Test
    void the_snippets_in_go_as_the_guide_has_them_accept_what_is_sent_and_nothing_that_was_altered()
            throws IOException {
        Path program = compileGo();

        assertThat(run(List.of(program.toString()), genuine())).hasSize(8).containsOnly("standard,raw,public key");
        assertThat(run(List.of(program.toString()), altered())).hasSize(16).containsOnly("", "public key");
    }

    @Test
    void the_snippet_in_python_accepts_what_is_sent() throws IOException {
        Files.createDirectories(HOME);
        String body = BODIES.getFirst();
        String signature = signatures
                .headers(endpoint("your_webhook_secret"), "evt_1", Instant.now(), body.getBytes(UTF_8))
                .get("X-Webhook-Signature");
        String script = """
                import sys, hmac, hashlib
                def verify_webhook_signature(payload, signature, secret):
                    expected_signature = 'sha256=' + hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
                    return hmac.compare_digest(signature, expected_signature)
                payload = sys.stdin.buffer.read().decode('utf-8').rstrip('\\n')
                print(verify_webhook_signature(payload, sys.argv[1], 'your_webhook_secret'))
                """;
        try {
            new ProcessBuilder("python3", "--version").start().destroy();
        } catch (IOException e) {
            Assumptions.abort("There is no Python here: " + e.getMessage());
        }

        assertThat(run(List.of("python3", "-c", script, signature), List.of(body)))
                .containsExactly("True");
    }

    private List<String> genuine() {
        return SECRETS.stream()
                .flatMap(secret -> BODIES.stream().map(body -> delivery(secret, secret, body, body)))
                .toList();
    }

    private List<String> altered() {
        return SECRETS.stream()
                .flatMap(secret -> BODIES.stream()
                        .flatMap(body -> Stream.of(
                                delivery(secret, secret, body, body.replace("evt_1", "evt_2")),
                                delivery(secret, "another secret", body, body))))
                .toList();
    }

    /** @param told the secret that the receiver believes in */
    private String delivery(String secret, String told, String sent, String arrived) {
        Map<String, Json> headers = new LinkedHashMap<>();
        signatures
                .headers(endpoint(secret), "evt_1", Instant.now(), sent.getBytes(UTF_8))
                .forEach((name, value) -> headers.put(name, new Json.Str(value)));
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("headers", new Json.Obj(headers));
        fields.put("body", new Json.Str(arrived));
        fields.put("secret", new Json.Str(told));
        fields.put("standardSecret", new Json.Str(SigningSecret.standardForm(told)));
        fields.put("publicKey", new Json.Str(signatures.publicKey()));
        return JsonWriter.write(new Json.Obj(fields));
    }

    private static Endpoint endpoint(String secret) {
        return new Endpoint("https://example.com", secret, Optional.empty(), Optional.empty());
    }

    private static void install() throws IOException {
        Files.createDirectories(HOME);
        for (String file : List.of("package.json", "package-lock.json", "verdicts.mjs")) {
            Files.copy(SOURCES.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.exists(HOME.resolve("node_modules/svix"))) {
            return;
        }
        try {
            run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), List.of());
        } catch (IOException | IllegalStateException e) {
            Assumptions.abort("The libraries for Node cannot be installed here, thus are not asked: " + e.getMessage());
        }
    }

    /** Nothing is fetched: the snippets need the standard library alone. */
    private static Path compileGo() throws IOException {
        Matcher snippet = GO_IN_GUIDE.matcher(Files.readString(GUIDE, UTF_8));
        assertThat(snippet.find()).as("Go in %s", GUIDE).isTrue();
        Files.createDirectories(HOME);
        Files.createDirectories(GO_HOME);
        Files.writeString(GO_HOME.resolve("verify.go"), snippet.group(1), UTF_8);
        Files.copy(
                GO_SOURCES.resolve("verdicts.go"), GO_HOME.resolve("verdicts.go"), StandardCopyOption.REPLACE_EXISTING);
        Path program = GO_HOME.resolve("verdicts").toAbsolutePath();
        requireGo();
        run(
                List.of(
                        "env",
                        "GOTOOLCHAIN=local",
                        "GOPROXY=off",
                        "GOFLAGS=",
                        "GOCACHE=" + GO_HOME.resolve("cache").toAbsolutePath(),
                        "go",
                        "build",
                        "-o",
                        program.toString(),
                        GO_HOME.resolve("verdicts.go").toAbsolutePath().toString(),
                        GO_HOME.resolve("verify.go").toAbsolutePath().toString()),
                List.of());
        return program;
    }

    private static void requireGo() {
        try {
            new ProcessBuilder("go", "version").start().destroy();
        } catch (IOException e) {
            assertThat(GO_IS_PROMISED)
                    .as("Go is promised by TEST_GO, and cannot be started: %s", e.getMessage())
                    .isFalse();
            Assumptions.abort("There is no Go here, the package 'golang-go': " + e.getMessage());
        }
    }

    private static List<String> run(List<String> command, List<String> input) throws IOException {
        Path in = Files.write(HOME.resolve("input"), input);
        Path out = HOME.resolve("output");
        Path problems = HOME.resolve("problems");
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(problems.toFile())
                .start();
        if (!ended(process) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "%s failed: %s".formatted(String.join(" ", command), Files.readString(problems, UTF_8)));
        }
        return Files.readAllLines(out, UTF_8);
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(3, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
