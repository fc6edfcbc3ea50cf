package dev.webhookdb.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.spi.Webhook.Verifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiersTest {
    private static final Setting SETTING = Setting.webhookSecret("webhook_secret", "Help.");
    private static final Secret SECRET = Secret.of("whsec_123");
    private static final String BODY = "{\"id\":\"evt_1\",\"name\":\"Zoë\"}";
    private static final long NOW = 1_700_000_000;

    private static final Verifier TIMESTAMPED =
            Verifiers.timestampedHmac("X-Signature", SETTING, Duration.ofMinutes(5));
    private static final Verifier BASE64 = Verifiers.base64Hmac("X-Signature", SETTING);

    // a header t=SECONDS,v1=HEX

    @Test
    void theSignatureOfTimeAndBodyIsAccepted() {
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s".formatted(NOW, hex(NOW)));
    }

    @Test
    void theOrderOfPartsAndUnknownPartsDoNotMatter() {
        assertAccepted(TIMESTAMPED, "v1=%s,t=%d".formatted(hex(NOW), NOW));
        assertAccepted(TIMESTAMPED, "v0=00,t=%d,,v1=%s,x".formatted(NOW, hex(NOW)));
    }

    @Test
    void anyOneOfSeveralSignaturesIsEnough() {
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s,v1=%s".formatted(NOW, "0".repeat(64), hex(NOW)));
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s,v1=%s".formatted(NOW, hex(NOW), "0".repeat(64)));
    }

    @Test
    void onlyV1CountsAndOnlyInLowerCase() {
        assertRejected(TIMESTAMPED, "t=%d,v0=%s".formatted(NOW, hex(NOW)), "No signature in the header");
        assertRejected(
                TIMESTAMPED,
                "t=%d,v1=%s".formatted(NOW, hex(NOW).toUpperCase(Locale.ROOT)),
                "No signature in the header X-Signature matches.");
    }

    @Test
    void aMissingHeaderIsNamed() {
        assertThat(TIMESTAMPED.verify(request(Map.of()), new One()))
                .isEqualTo(Verdict.reject("The header X-Signature is missing."));
        assertRejected(TIMESTAMPED, "  ", "The header X-Signature is missing.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1=00",
                "t=,v1=00",
                "t=x,v1=00",
                "t=-5,v1=00",
                "t=1.5,v1=00",
                "T=5,v1=00",
                "t=9999999999999999999,v1=00",
                "t,t=5,v1=00"
            })
    void aHeaderWithoutATimestampSaysSo(String header) {
        assertRejected(TIMESTAMPED, header, "The header X-Signature has no timestamp.");
    }

    @Test
    void onlyTheFirstTimestampCounts() {
        assertRejected(TIMESTAMPED, "t=%d,t=%d,v1=%s".formatted(NOW - 1, NOW, hex(NOW)), "No signature");
    }

    @Test
    void aHeaderThatWasCutOffIsRejected() {
        assertRejected(TIMESTAMPED, "t=%d,v1=%s,v1".formatted(NOW, hex(NOW)), "The header X-Signature was cut off.");
    }

    @Test
    void aSignatureIsToleratedUpToTheLimitIncluded() {
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s".formatted(NOW - 299, hex(NOW - 299)));
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s".formatted(NOW - 300, hex(NOW - 300)));
        assertRejected(
                TIMESTAMPED,
                "t=%d,v1=%s".formatted(NOW - 301, hex(NOW - 301)),
                "The signature is 301 seconds old; at most 300 are tolerated.");
    }

    @Test
    void aSignatureFromTheFutureIsAccepted() {
        assertAccepted(TIMESTAMPED, "t=%d,v1=%s".formatted(NOW + 3_600, hex(NOW + 3_600)));
    }

    // a header with BASE64

    @Test
    void theBase64SignatureOfTheBodyIsAccepted() {
        assertAccepted(BASE64, base64());
    }

    @Test
    void anyOtherBase64IsRejected() {
        String different = base64().startsWith("A") ? "B" : "A";

        assertRejected(
                BASE64, different + base64().substring(1), "The signature in the header X-Signature does not match.");
        assertRejected(BASE64, base64() + " ", "does not match");
        assertRejected(BASE64, base64().replace("=", ""), "does not match");
        assertRejected(BASE64, "\u0000é", "does not match");
        assertRejected(BASE64, "", "The header X-Signature is missing.");
    }

    @Test
    void aReasonNeverContainsTheExpectedSignature() {
        for (String header : List.of("t=%d,v1=00".formatted(NOW), "x")) {
            assertThat(TIMESTAMPED.verify(signed(header), new One()).toString()).doesNotContain(hex(NOW));
            assertThat(BASE64.verify(signed(header), new One()).toString()).doesNotContain(base64());
        }
    }

    private static void assertAccepted(Verifier verifier, String header) {
        assertThat(verifier.verify(signed(header), new One())).isEqualTo(Verdict.accept());
    }

    private static void assertRejected(Verifier verifier, String header, String reason) {
        assertThat(verifier.verify(signed(header), new One()))
                .isInstanceOfSatisfying(
                        Verdict.Reject.class,
                        reject -> assertThat(reject.reason()).contains(reason));
    }

    private static Request signed(String header) {
        return request(Map.of("x-signature", List.of(header)));
    }

    private static Request request(Map<String, List<String>> headers) {
        return Request.of(
                Instant.ofEpochSecond(NOW, 999_999_999), "POST", "https://example.org/", headers, BODY.getBytes(UTF_8));
    }

    private static String hex(long seconds) {
        byte[] signed = (seconds + "." + BODY).getBytes(UTF_8);
        return HexFormat.of().formatHex(SECRET.hmac("HmacSHA256", ByteBuffer.wrap(signed)));
    }

    private static String base64() {
        return Base64.getEncoder().encodeToString(SECRET.hmac("HmacSHA256", ByteBuffer.wrap(BODY.getBytes(UTF_8))));
    }

    /** An integration with one secret. */
    private static final class One implements Settings {
        @Override
        public String text(Setting setting) {
            throw new AssertionError("a secret is not text");
        }

        @Override
        public Secret secret(Setting setting) {
            return SECRET;
        }

        @Override
        public boolean has(Setting setting) {
            return true;
        }
    }
}
