package dev.webhookdb.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.Receiver;
import dev.webhookdb.RunningHost;
import dev.webhookdb.StripeEvents;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command that the user's guide shows, by the real client against a running server. With {@code -Dtranscripts=write} the files are
 * written anew: look at the difference before you keep them.
 */
class TranscriptsTest {
    private static final Path FILES = Path.of("src/test/resources/transcripts");
    private static final String KEY = "rk_test_transcript";
    private static final int PAST_EVENTS = 60;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static InstalledClient client;
    private static StripeApi stripe;
    private static Receiver receiver;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        StripeSimulator account =
                StripeSimulator.seeded(7).startingAt(Instant.now().minusSeconds(PAST_EVENTS * 13L));
        account.happen(PAST_EVENTS);
        stripe = StripeApi.serving(account, KEY);
        receiver = new Receiver();
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        client = InstalledClient.in(directory).cached(directory, host);
    }

    @AfterAll
    static void stop() {
        host.close();
        stripe.close();
        receiver.close();
    }

    static List<String> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("transcripts")
    void the_transcript_is_what_happens(String name) throws IOException, InterruptedException {
        Path file = FILES.resolve(name);
        Placeholders placeholders = new Placeholders();
        placeholders.put("server", host.url());
        placeholders.put("address", host.url().replace("http://", ""));
        placeholders.put("stripe", stripe.url().toString());
        placeholders.put("receiver", receiver.url().replace("http://", ""));
        placeholders.put("key", KEY);
        placeholders.put("secret", RunningHost.SECRET);
        Shell shell = new Shell(client, Files.createTempDirectory(directory, "people"), host.url());

        List<Transcript.Part> happened = new ArrayList<>();
        for (Transcript.Part part : Transcript.parse(Files.readString(file)).parts()) {
            happened.add(
                    switch (part) {
                        case Transcript.Remark remark -> remark;
                        case Transcript.Event event -> deliver(event, placeholders);
                        case Transcript.Command command -> command.printing(run(shell, command, placeholders));
                    });
        }

        String text = new Transcript(happened).text();
        if ("write".equals(System.getProperty("transcripts"))) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    private static String run(Shell shell, Transcript.Command command, Placeholders placeholders)
            throws IOException, InterruptedException {
        String email = command.who() + "@example.com";
        Optional<String> before = host.code(email);
        List<Supplier<String>> typed = command.typed().stream()
                .<Supplier<String>>map(line ->
                        line.equals("{code}") ? () -> codeAfter(before, email) : () -> placeholders.filled(line))
                .toList();
        return placeholders.masked(shell.run(command.who(), placeholders.filled(command.line()), typed));
    }

    private static String codeAfter(Optional<String> before, String email) {
        await().atMost(SOON).until(() -> !host.code(email).equals(before));
        return host.code(email).orElseThrow();
    }

    /** Sends what a line like {@code * 3 webhooks arrive at svi_1} says. */
    private static Transcript.Event deliver(Transcript.Event event, Placeholders placeholders) {
        String[] words = placeholders.filled(event.text()).split(" ", -1);
        String secret = event.text().contains("forged") ? "whsec_forged" : RunningHost.SECRET;
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            String id = "ch_%d".formatted(i);
            String body = StripeEvents.charge(id, "succeeded", Instant.now().getEpochSecond(), "evt_" + id);
            host.send(words[words.length - 1], body.getBytes(UTF_8), secret);
        }
        await().atMost(SOON)
                .until(() -> host.platform("select count(*) from webhook_queue").equals(List.of("0")));
        return event;
    }
}
