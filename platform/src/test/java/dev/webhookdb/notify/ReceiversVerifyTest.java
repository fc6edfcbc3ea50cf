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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Receivers on Node and Python verify what is sent, with the libraries and the snippets that they use. Where Node, npm's registry or Python
 * are missing, the tests are aborted and say so.
 */
class ReceiversVerifyTest {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path HOME = Path.of("target/node");
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
        List<String> genuine = new ArrayList<>();
        List<String> altered = new ArrayList<>();
        for (String secret : SECRETS) {
            for (String body : BODIES) {
                genuine.add(delivery(secret, secret, body, body));
                altered.add(delivery(secret, secret, body, body.replace("evt_1", "evt_2")));
                altered.add(delivery(secret, "another secret", body, body));
            }
        }

        assertThat(run(List.of("node", "verdicts.mjs"), genuine)).hasSize(8).containsOnly(ALL);
        assertThat(run(List.of("node", "verdicts.mjs"), altered)).hasSize(16).containsOnly("", "public key");
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
