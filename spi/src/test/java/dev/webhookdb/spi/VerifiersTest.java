package dev.webhookdb.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Verifiers.StandardKey;
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
    private static final Verifier RFC3339 =
            Verifiers.timestampedHmacRfc3339("X-Signature", SETTING, Duration.ofMinutes(5));
    private static final Verifier RAW = Verifiers.standardWebhooks(SETTING, StandardKey.RAW);
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

    // a header t=RFC3339,v1=HEX

    @Test
    void theSignatureOfAnRfc3339TimeAndTheBodyIsAccepted() {
        for (String time : List.of("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.123Z", "2023-11-15T03:43:20+05:30")) {
            assertAccepted(RFC3339, "t=%s,v1=%s".formatted(time, hex(time)));
            assertAccepted(RFC3339, "v1=%s,t=%s".formatted(hex(time), time));
            assertAccepted(RFC3339, "t=%s,v1=%s,v1=%s".formatted(time, "0".repeat(64), hex(time)));
        }
    }

    @Test
    void anRfc3339TimeIsSignedAsItIsWritten() {
        assertRejected(
                RFC3339,
                "t=2023-11-14T22:13:20.000Z,v1=%s".formatted(hex("2023-11-14T22:13:20Z")),
                "No signature in the header X-Signature matches.");
    }

    @Test
    void anRfc3339TimeIsToleratedUpToTheLimitInEitherDirection() {
        for (String time : List.of("2023-11-14T22:08:20Z", "2023-11-14T22:18:20Z")) {
            assertAccepted(RFC3339, "t=%s,v1=%s".formatted(time, hex(time)));
        }
        assertRejected(
                RFC3339,
                "t=2023-11-14T22:08:19Z,v1=%s".formatted(hex("2023-11-14T22:08:19Z")),
                "The signature is 301 seconds old; at most 300 are tolerated.");
        assertRejected(
                RFC3339,
                "t=2023-11-14T22:18:21Z,v1=%s".formatted(hex("2023-11-14T22:18:21Z")),
                "The signature is 301 seconds ahead of the clock; at most 300 are tolerated.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v1=00", "t=,v1=00", "t=1700000000,v1=00", "t=2023-11-14,v1=00", "T=2023-11-14T22:13:20Z,v1=00"})
    void aHeaderWithoutAnRfc3339TimeSaysSo(String header) {
        assertRejected(RFC3339, header, "The header X-Signature has no timestamp.");
        assertRejected(RFC3339, " ", "The header X-Signature is missing.");
    }

    // Standard Webhooks

    @Test
    void theStandardSignatureOfIdTimeAndBodyIsAccepted() {
        String signature = standard("msg_1", NOW, SECRET);

        assertThat(RAW.verify(standard("msg_1", NOW, "v1," + signature), new One()))
                .isEqualTo(Verdict.accept());
        assertThat(RAW.verify(standard("msg_1", NOW, "v1,AAAA v1a,x v1," + signature), new One()))
                .isEqualTo(Verdict.accept());
        assertStandardRejected(standard("msg_2", NOW, "v1," + signature), "No signature");
        assertStandardRejected(standard("msg_1", NOW + 1, "v1," + signature), "No signature");
        assertStandardRejected(standard("msg_1", NOW, "v2," + signature), "No signature");
        assertStandardRejected(standard("msg_1", NOW, signature), "No signature");
    }

    @Test
    void theStandardKeyIsTheBase64AfterThePrefix() {
        Settings shown = new One(Secret.of("whsec_" + Base64.getEncoder().encodeToString("whsec_123".getBytes(UTF_8))));
        String signature = "v1," + standard("msg_1", NOW, SECRET);

        assertThat(Verifiers.standardWebhooks(SETTING, StandardKey.BASE64)
                        .verify(standard("msg_1", NOW, signature), shown))
                .isEqualTo(Verdict.accept());
        assertThatThrownBy(() -> Verifiers.standardWebhooks(SETTING, StandardKey.BASE64)
                        .verify(standard("msg_1", NOW, signature), new One(Secret.of("whsec_?"))))
                .isInstanceOf(ConnectorException.class)
                .hasMessage("The webhook secret is not Base64: copy it again, with whsec_.");
    }

    @Test
    void aStandardTimestampIsToleratedFiveMinutesInEitherDirection() {
        for (long seconds : List.of(NOW - 300, NOW + 300)) {
            assertThat(RAW.verify(standard("m", seconds, "v1," + standard("m", seconds, SECRET)), new One()))
                    .isEqualTo(Verdict.accept());
        }
        assertStandardRejected(
                standard("m", NOW - 301, "v1," + standard("m", NOW - 301, SECRET)),
                "The signature is 301 seconds old; at most 300 are tolerated.");
        assertStandardRejected(
                standard("m", NOW + 301, "v1," + standard("m", NOW + 301, SECRET)), "301 seconds ahead of the clock");
    }

    @Test
    void aMissingStandardHeaderIsNamed() {
        assertStandardRejected(
                signed("x"), "One of the headers webhook-id, webhook-timestamp and webhook-signature is missing.");
        assertStandardRejected(
                request(Map.of(
                        "webhook-id", List.of("m"),
                        "webhook-timestamp", List.of("x"),
                        "webhook-signature", List.of("v1,x"))),
                "The header webhook-timestamp has no timestamp.");
    }

    // either of two

    @Test
    void aHeaderDecidesWhichOfTwoVerifiersCounts() {
        Verifier either = Verifiers.either(
                "X-New", (request, settings) -> Verdict.reject("new"), (request, settings) -> Verdict.reject("old"));

        assertThat(either.verify(request(Map.of("x-new", List.of(""))), new One()))
                .isEqualTo(Verdict.reject("new"));
        assertThat(either.verify(request(Map.of("x-old", List.of(""))), new One()))
                .isEqualTo(Verdict.reject("old"));
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

    private static void assertStandardRejected(Request request, String reason) {
        assertThat(RAW.verify(request, new One()))
                .isInstanceOfSatisfying(
                        Verdict.Reject.class,
                        reject -> assertThat(reject.reason()).contains(reason));
    }

    private static Request standard(String id, long seconds, String signature) {
        return request(Map.of(
                "webhook-id", List.of(id),
                "webhook-timestamp", List.of(String.valueOf(seconds)),
                "webhook-signature", List.of(signature)));
    }

    private static String standard(String id, long seconds, Secret secret) {
        byte[] signed = (id + "." + seconds + "." + BODY).getBytes(UTF_8);
        return Base64.getEncoder().encodeToString(secret.hmac("HmacSHA256", ByteBuffer.wrap(signed)));
    }

    private static String hex(long seconds) {
        return hex(String.valueOf(seconds));
    }

    private static String hex(String time) {
        byte[] signed = (time + "." + BODY).getBytes(UTF_8);
        return HexFormat.of().formatHex(SECRET.hmac("HmacSHA256", ByteBuffer.wrap(signed)));
    }

    private static String base64() {
        return Base64.getEncoder().encodeToString(SECRET.hmac("HmacSHA256", ByteBuffer.wrap(BODY.getBytes(UTF_8))));
    }

    /** An integration with one secret. */
    private record One(Secret secret) implements Settings {
        private One() {
            this(SECRET);
        }

        @Override
        public String text(Setting setting) {
            throw new AssertionError("a secret is not text");
        }

        @Override
        public Secret secret(Setting setting) {
            return secret;
        }

        @Override
        public boolean has(Setting setting) {
            return true;
        }
    }
}
