package dev.webhookdb.connectors.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook.Signature;
import com.stripe.net.Webhook.Util;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.Mutations;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stripe's own library signs, and its verdict on the same bytes at the same time is ours. */
class StripeSignatureTest {
    private static final String SECRET = "whsec_test";
    private static final Instant NOW = Instant.parse("2024-05-06T07:08:09.999Z");
    private static final long SECONDS = NOW.getEpochSecond();
    private static final String EVENT =
            "{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"id\":\"ch_1\",\"note\":\"Zoë, 東京\"}}}";
    private static final int MUTATIONS = 10_000;
    private static final Mutations CHANGES = Mutations.ofAscii("+-0 ,=tv1", ",");

    @Test
    void whatStripeSignsIsAccepted() {
        assertAccepted(signature(SECONDS, SECRET), EVENT);
    }

    @Test
    void anotherBodyIsRejected() {
        assertRejected(signature(SECONDS, SECRET), EVENT + " ");
    }

    @Test
    void anotherSecretIsRejected() {
        assertRejected(signature(SECONDS, "whsec_other"), EVENT);
    }

    @Test
    void whileASecretIsRolledStripeSignsWithBoth() {
        String rolled = "t=%d,v1=%s,v1=%s".formatted(SECONDS, v1(SECONDS, "whsec_new"), v1(SECONDS, SECRET));
        String reversed = "t=%d,v1=%s,v1=%s".formatted(SECONDS, v1(SECONDS, SECRET), v1(SECONDS, "whsec_new"));

        assertAccepted(rolled, EVENT);
        assertAccepted(reversed, EVENT);
        assertRejected("t=%d,v1=%s,v1=%s".formatted(SECONDS, v1(SECONDS, "whsec_a"), v1(SECONDS, "whsec_b")), EVENT);
    }

    @Test
    void theOrderOfPartsDoesNotMatter() {
        assertAccepted("v1=%s,t=%d".formatted(v1(SECONDS, SECRET), SECONDS), EVENT);
        assertAccepted("v0=abc,v1=%s,t=%d".formatted(v1(SECONDS, SECRET), SECONDS), EVENT);
    }

    @Test
    void aSignatureIsToleratedForFiveMinutes() {
        assertAccepted(signature(SECONDS - 299, SECRET), EVENT);
        assertAccepted(signature(SECONDS - 300, SECRET), EVENT);
        assertRejected(signature(SECONDS - 301, SECRET), EVENT);
        assertAccepted(signature(SECONDS + 301, SECRET), EVENT);
    }

    @Test
    void malformedHeadersAreRejected() {
        String v1 = v1(SECONDS, SECRET);
        for (String header : List.of(
                "",
                ",",
                "t=%d".formatted(SECONDS),
                "v1=" + v1,
                "t=,v1=" + v1,
                "t,v1=" + v1,
                "t=%d,v1".formatted(SECONDS),
                "t=%d,v1=%s,v1".formatted(SECONDS, v1),
                "t,t=%d,v1=%s".formatted(SECONDS, v1),
                "t=%d;v1=%s".formatted(SECONDS, v1),
                "t=%d, v1=%s".formatted(SECONDS, v1),
                "t=-%d,v1=%s".formatted(SECONDS, v1),
                "t=0,v1=" + v1(0, SECRET))) {
            assertThat(theirs(header, EVENT)).as("Stripe on '%s'", header).isFalse();
            assertThat(ours(header, EVENT)).as("we on '%s'", header).isFalse();
        }
    }

    @Test
    void ourVerdictOnMutationsIsStripes() {
        var random = new Random(20_240_506);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            long signedAt = SECONDS - random.nextInt(290, 310);
            String valid = switch (random.nextInt(3)) {
                case 0 -> signature(signedAt, SECRET);
                case 1 -> "v1=%s,t=%d".formatted(v1(signedAt, SECRET), signedAt);
                default -> "t=%d,v1=%s,v1=%s".formatted(signedAt, v1(signedAt, SECRET), v1(signedAt, "whsec_new"));
            };
            String header = random.nextInt(4) == 0 ? valid : CHANGES.some(valid, random);
            String body = random.nextInt(4) == 0 ? CHANGES.some(EVENT, random) : EVENT;

            boolean theirs = theirs(header, body);
            assertThat(ours(header, body))
                    .as("header '%s', body '%s'", header, body)
                    .isEqualTo(theirs);
            accepted += theirs ? 1 : 0;
        }
        assertThat(accepted).as("both verdicts occur often").isBetween(MUTATIONS / 20, MUTATIONS / 2);
    }

    private static boolean ours(String header, String body) {
        Request request = Request.of(
                NOW,
                "POST",
                "https://example.org/v1/service_integrations/svi_1",
                Map.of("stripe-signature", List.of(header)),
                body.getBytes(UTF_8));
        var verifier = StripeCharge.RESOURCE.webhook().orElseThrow().verifier();
        return verifier.verify(request, new WebhookSecret(SECRET)) instanceof Verdict.Accept;
    }

    /** Whatever their library throws on a header it cannot take apart, it does not accept it. */
    private static boolean theirs(String header, String body) {
        try {
            return Signature.verifyHeader(body, header, SECRET, 300, Clock.fixed(NOW, ZoneOffset.UTC));
        } catch (SignatureVerificationException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    private static void assertAccepted(String header, String body) {
        assertThat(theirs(header, body)).as("Stripe on '%s'", header).isTrue();
        assertThat(ours(header, body)).as("we on '%s'", header).isTrue();
    }

    private static void assertRejected(String header, String body) {
        assertThat(theirs(header, body)).as("Stripe on '%s'", header).isFalse();
        assertThat(ours(header, body)).as("we on '%s'", header).isFalse();
    }

    private static String signature(long seconds, String secret) {
        try {
            return Signature.generateSignatureHeader(EVENT, secret, seconds);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String v1(long seconds, String secret) {
        try {
            return Util.computeHmacSha256(secret, seconds + "." + EVENT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
