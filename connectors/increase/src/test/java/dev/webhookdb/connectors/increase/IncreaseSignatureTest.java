package dev.webhookdb.connectors.increase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.webhookdb.testkit.Mutations;
import dev.webhookdb.testkit.simulator.IncreaseEvent;
import dev.webhookdb.testkit.simulator.IncreaseSimulator;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The verdict of the Standard Webhooks project's own library for Java on the same request is ours. It looks at the machine's clock, thus
 * so do these tests, and leave the edges of its tolerance to {@link IncreaseLibraryTest}.
 */
class IncreaseSignatureTest {
    private static final URI URL = URI.create("https://example.org/v1/service_integrations/svi_1");
    private static final String SECRET = "a shared secret, Zoë";
    private static final int MUTATIONS = 10_000;
    private static final Mutations CHANGES = Mutations.ofAscii("+-0 ,=tv1", " ", ",");
    private static final List<String> HEADERS =
            List.of("webhook-id", "webhook-timestamp", "webhook-signature", "webhook-signature");

    private final IncreaseEvent event =
            IncreaseSimulator.seeded(1).startingAt(Instant.now()).happen(1).getFirst();

    @Test
    void whatIsSignedInEitherWayIsAccepted() {
        Instant now = Instant.now();

        assertThat(Requests.accepted(event.signed(URL, SECRET, now), SECRET, now))
                .isTrue();
        assertThat(Requests.accepted(event.signedInTheOldWay(URL, SECRET, now), SECRET, now))
                .isTrue();
    }

    @Test
    void anotherSecretIsRejected() {
        Instant now = Instant.now();

        assertThat(Requests.accepted(event.signed(URL, SECRET, now), "another", now))
                .isFalse();
        assertThat(Requests.accepted(event.signedInTheOldWay(URL, SECRET, now), "another", now))
                .isFalse();
    }

    @Test
    void whatIsNotSignedIsRejected() {
        assertThat(Requests.verdict(Map.of(), event.body(), SECRET, Instant.now()))
                .hasToString("Reject[reason=The header Increase-Webhook-Signature is missing.]");
    }

    @Test
    void ourVerdictOnMutationsIsTheirs() {
        Webhook theirs = new Webhook(SECRET.getBytes(UTF_8));
        var random = new Random(20_261_121);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Instant now = Instant.now();
            Instant signedAt = now.minusSeconds(random.nextInt(-250, 250));
            var signed = event.signed(URL, SECRET, signedAt);
            Map<String, String> headers = new HashMap<>(signed.headers());
            String header = HEADERS.get(random.nextInt(HEADERS.size()));
            if (random.nextInt(4) > 0) {
                headers.put(header, CHANGES.some(headers.get(header), random));
            }
            String body = random.nextInt(4) == 0 ? CHANGES.some(signed.body(), random) : signed.body();

            boolean ours = Requests.accepted(headers, body, SECRET, now);
            // Long.parseLong takes a sign; the specification has seconds only.
            boolean plain = headers.get("webhook-timestamp").matches("[0-9]+");
            assertThat(ours)
                    .as("headers %s, body '%s'", headers, body)
                    .isEqualTo(plain && verifies(theirs, headers, body));
            accepted += ours ? 1 : 0;
        }
        assertThat(accepted).as("both verdicts occur often").isBetween(MUTATIONS / 20, MUTATIONS / 2);
    }

    private static boolean verifies(Webhook webhook, Map<String, String> headers, String body) {
        Map<String, List<String>> lists = new HashMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        try {
            webhook.verify(body, lists);
            return true;
        } catch (WebhookVerificationException e) {
            return false;
        }
    }
}
