package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.webhookdb.Receiver.Told;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent is accepted by those who verify it with libraries, and with code of their own, and nothing else is. */
class ReceiversTest {
    private static final Path SCRIPTS = Path.of("src", "test", "receivers");
    private static final String TYPED = "webhook_secret123";

    /** What languages write differently: numbers, escapes, the order of names. */
    private static final List<String> METADATA = List.of(
            "{}",
            "{\"b\":\"1\",\"10\":\"2\",\"9\":\"3\",\"a\":\"4\"}",
            "{\"name\":\"J\\u00f6rg \\ud83d\\ude00 \\u2028 <b>&amp;</b> \\\\ \\\" / \\u001f \\u007f\"}",
            "{\"half\":0.50,\"large\":1e21,\"small\":0.0000001,\"whole\":100.0,\"negative\":-0.0}",
            "{\"deep\":{\"er\":[1,[2,{\"3\":null,\"x\":[]}]]}}");

    @TempDir
    private Path directory;

    private RunningHost host;

    @BeforeEach
    void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void libraries_and_code_of_their_own_verify_what_is_sent_with_a_typed_and_with_a_generated_secret()
            throws IOException, InterruptedException {
        Person admin = Person.loggedIn(host, "told@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        try (Receiver typed = new Receiver();
                Receiver generated = new Receiver()) {
            subscribe(admin, typed, ",\"secret\":\"%s\"".formatted(TYPED));
            String secret = subscribe(admin, generated, "");

            for (int i = 0; i < METADATA.size(); i++) {
                host.send(charges.id(), charge(i, METADATA.get(i)));
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(typed.told()).hasSize(METADATA.size());
                assertThat(generated.told()).hasSize(METADATA.size());
            });

            assertThat(secret).startsWith("whsec_");
            List<String> deliveries = Stream.concat(
                            typed.told().stream().map(told -> line(TYPED, told)),
                            generated.told().stream().map(told -> line(secret, told)))
                    .toList();
            assertThat(node(deliveries)).containsOnly("standardwebhooks svix hmac parsed|");
            assertThat(python(deliveries)).containsOnly("hmac standard|");
        }
    }

    /** Subscribes to everything; returns the secret. */
    private String subscribe(Person admin, Receiver receiver, String more) {
        return host.call(
                        "POST",
                        "/v1/webhooks",
                        "{\"organization\":%s,\"url\":\"%s\",\"events\":[\"stripe_charge_v1.*\"]%s}"
                                .formatted(admin.organization(), receiver.url(), more)
                                .getBytes(UTF_8),
                        Map.of("Authorization", "Bearer " + admin.token()))
                .json()
                .text("secret")
                .orElseThrow();
    }

    private static String charge(int number, String metadata) {
        long now = Instant.now().getEpochSecond();
        return StripeEvents.event("evt_" + number, "charge.updated", now, """
                {"id":"ch_%d","object":"charge","amount":1250,"created":%d,"metadata":%s}""".formatted(number, now, metadata));
    }

    private static String line(String secret, Told told) {
        Map<String, Json> headers = new LinkedHashMap<>();
        told.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), new Json.Str(value)));
        Map<String, Json> delivery = new LinkedHashMap<>();
        delivery.put("secret", new Json.Str(secret));
        delivery.put("headers", new Json.Obj(headers));
        delivery.put("body", new Json.Str(told.body()));
        return JsonWriter.write(new Json.Obj(delivery));
    }

    /** Runs the receivers that are written for Node; without Node or the registry of its libraries, the test is aborted. */
    private List<String> node(List<String> deliveries) throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve("node"));
        for (String file : List.of("package.json", "package-lock.json", "verify.mjs")) {
            Files.copy(SCRIPTS.resolve(file), work.resolve(file));
        }
        if (run(work, List.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .isEmpty()) {
            abort("The libraries for Node could not be installed.");
        }
        return run(work, deliveries, "node", "verify.mjs");
    }

    private List<String> python(List<String> deliveries) throws IOException, InterruptedException {
        return run(SCRIPTS, deliveries, "python3", "verify.py");
    }

    private List<String> run(Path work, List<String> input, String... command)
            throws IOException, InterruptedException {
        Path given = Files.writeString(
                directory.resolve("given"), input.stream().collect(Collectors.joining("\n", "", "\n")), UTF_8);
        Path printed = directory.resolve("printed");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectInput(given.toFile())
                    .redirectOutput(printed.toFile())
                    .redirectError(directory.resolve("complaints").toFile())
                    .start();
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            process.destroyForcibly();
            return ended && process.exitValue() == 0 ? Files.readAllLines(printed, UTF_8) : List.of();
        } catch (IOException e) {
            return abort("%s is not installed: %s".formatted(command[0], e.getMessage()));
        }
    }
}
