package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events as they happen, shown and forwarded. */
class ListenerTest {
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir
    private Path home;

    private final List<Headers> received = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders());
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    @Test
    void eachEventIsALineAndTheNextPageFollowsTheLast() throws IOException {
        try (Client client = new Client(home);
                Forwarder nowhere = Forwarder.to(Optional.empty(), Optional.empty())) {
            assertThat(client.runLine("--version")).isZero();
            Listener listener = listener(client, nowhere, page("7"), page("9", event("evt_1"), event("evt_2")));

            listener.look(0);
            listener.look(25);

            assertThat(client.out().lines().skip(1))
                    .containsExactly(
                            "2026-06-30 12:00:01  stripe_charge_v1.updated  evt_1  ch_1",
                            "2026-06-30 12:00:01  stripe_charge_v1.updated  evt_2  ch_1");
            assertThat(asked).containsExactly("Optional.empty 0", "Optional[7] 25");
            assertThat(listener.cursor()).contains("9");
        }
    }

    @Test
    void whatIsForwardedIsSignedAndItsAnswerShown() throws Exception {
        try (Client client = new Client(home);
                Forwarder forwarder = Forwarder.to(
                        Optional.of(URI.create(
                                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook")),
                        Optional.of("whsec_" + KEY))) {
            assertThat(client.runLine("--version")).isZero();

            listener(client, forwarder, page("9", event("evt_1"))).look(0);

            Headers headers = received.getFirst();
            String signed = "evt_1." + headers.getFirst("webhook-timestamp") + "." + bodies.getFirst();
            assertThat(headers.getFirst("webhook-signature")).isEqualTo("v1," + hmac(signed));
            assertThat(headers.getFirst("X-Webhook-Event")).isEqualTo("stripe_charge_v1.updated");
            assertThat(headers.getFirst("X-Webhook-Signature")).startsWith("sha256=");
            assertThat(Json.parse(bodies.getFirst())).isEqualTo(Json.parse(event("evt_1")));
            assertThat(client.err()).contains("-> 202");
        }
    }

    @Test
    void whoDoesNotAnswerIsTold() throws IOException {
        int port = receiver.getAddress().getPort();
        receiver.stop(0);
        try (Client client = new Client(home);
                Forwarder forwarder =
                        Forwarder.to(Optional.of(URI.create("http://127.0.0.1:" + port)), Optional.empty())) {
            assertThat(client.runLine("--version")).isZero();

            listener(client, forwarder, page("9", event("evt_1"))).look(0);

            assertThat(client.err()).contains("-> not sent");
            assertThat(forwarder.signing().orElseThrow()).startsWith("whsec_");
        }
    }

    @Test
    void whatIsNoUrlIsRefused() {
        for (String wrong : List.of("localhost:3000", "ftp://localhost/", "/hook")) {
            assertThatThrownBy(() -> Forwarder.to(Optional.of(URI.create(wrong)), Optional.empty()))
                    .isInstanceOf(Failure.class);
        }
    }

    @Test
    void aServerThatForgotTheCursorEndsIt() throws IOException {
        try (Client client = new Client(home)) {
            client.server()
                    .answers(
                            "GET /v1/events?organization=a&after=7&wait=25",
                            410,
                            FakeServer.error(410, "events_gone", "Go on with after=9."));

            assertThat(client.runLine("notification listen -o a --after 7")).isEqualTo(2);
            assertThat(client.err()).contains("Go on with after=9.");
        }
    }

    private Listener listener(Client client, Forwarder forwarder, String... pages) {
        List<String> answers = new ArrayList<>(List.of(pages));
        var commands = Commands.of(client.environment(), "logs");
        Output output = Output.of(commands.getSubcommands().get("logs").getCommandSpec(), client.environment());
        return new Listener(
                client.environment(),
                output,
                (cursor, wait) -> {
                    asked.add(cursor + " " + wait);
                    return Json.parse(answers.removeFirst());
                },
                forwarder,
                Optional.empty());
    }

    private static String event(String id) {
        return "{\"id\":\"%s\",\"type\":\"stripe_charge_v1.updated\",\"created_at\":\"2026-06-30T12:00:01Z\",\"external_id\":\"ch_1\",\"row\":{\"amount\":1.50}}"
                .formatted(id);
    }

    private static String page(String next, String... events) {
        return "{\"data\":[%s],\"next\":\"%s\",\"has_more\":false}".formatted(String.join(",", events), next);
    }

    private static String hmac(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    }
}
