package dev.webhookdb.spi;

import static dev.webhookdb.spi.Webhook.Verdict.accept;
import static dev.webhookdb.spi.Webhook.Verdict.reject;

import dev.webhookdb.spi.Webhook.Verifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Verifiers for the signature schemes that providers share. They compare in constant time and never throw on bad input. */
public final class Verifiers {
    private static final String SHA256 = "HmacSHA256";
    private static final Pattern TIMESTAMP = Pattern.compile("t=([+]?[0-9]{1,18})");

    private Verifiers() {}

    /**
     * A header {@code t=SECONDS,v1=HEX,...} with the HMAC-SHA256 of {@code SECONDS.BODY}, as Stripe sends it. Any one matching
     * {@code v1} is enough, so that secrets can be rolled.
     *
     * @param tolerance the greatest age of a signature; one from the future is accepted, as by the providers' own libraries
     * @see <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe: verify webhook signatures manually</a>
     */
    public static Verifier timestampedHmac(String header, Setting secret, Duration tolerance) {
        return (request, settings) -> {
            String sent = request.header(header).orElse("");
            if (sent.isBlank()) {
                return reject("The header %s is missing.".formatted(header));
            }
            List<String> parts = Arrays.asList(sent.split(",", -1));
            if (parts.contains("v1")) {
                return reject("The header %s was cut off.".formatted(header));
            }
            OptionalLong signedAt = signedAt(parts);
            if (signedAt.isEmpty()) {
                return reject("The header %s has no timestamp.".formatted(header));
            }
            long age = request.receivedAt().getEpochSecond() - signedAt.getAsLong();
            if (age > tolerance.toSeconds()) {
                return reject("The signature is %d seconds old; at most %d are tolerated."
                        .formatted(age, tolerance.toSeconds()));
            }
            byte[] expected = settings.secret(secret).hmac(SHA256, ascii(signedAt.getAsLong() + "."), request.body());
            String signature = HexFormat.of().formatHex(expected);
            boolean genuine = parts.stream()
                    .filter(part -> part.startsWith("v1="))
                    .anyMatch(part -> same(signature, part.substring(3)));
            return genuine ? accept() : reject("No signature in the header %s matches.".formatted(header));
        };
    }

    /** A header with the Base64 HMAC-SHA256 of the body, as Shopify sends it. */
    public static Verifier base64Hmac(String header, Setting secret) {
        return (request, settings) -> {
            String expected =
                    Base64.getEncoder().encodeToString(settings.secret(secret).hmac(SHA256, request.body()));
            String sent = request.header(header).orElse("");
            if (sent.isBlank()) {
                return reject("The header %s is missing.".formatted(header));
            }
            return same(expected, sent)
                    ? accept()
                    : reject("The signature in the header %s does not match.".formatted(header));
        };
    }

    /**
     * A header with the Base64 HMAC-SHA1 of the URL and the form's parameters, as Twilio sends it. Of a body that is no form the URL
     * carries the SHA-256 in its parameter {@code bodySHA256}. Like Twilio's own libraries this accepts the signature of the URL with
     * its port and of the URL without.
     *
     * @see <a href="https://www.twilio.com/docs/usage/security#validating-requests">Twilio: validating requests</a>
     */
    public static Verifier urlHmac(String header, Setting secret) {
        return (request, settings) -> {
            String sent = request.header(header).orElse("");
            if (sent.isBlank()) {
                return reject("The header %s is missing.".formatted(header));
            }
            UrlSignature signature;
            try {
                signature = UrlSignature.of(request);
            } catch (IllegalArgumentException e) {
                return reject("The request's URL or form is malformed.");
            }
            if (!signature.coversBody()) {
                return reject("The body does not have the SHA-256 that the URL's parameter bodySHA256 names.");
            }
            boolean genuine = signature.texts().stream()
                    .map(text -> settings.secret(secret).hmac("HmacSHA1", utf8(text)))
                    .map(Base64.getEncoder()::encodeToString)
                    .anyMatch(expected -> same(expected, sent));
            return genuine
                    ? accept()
                    : reject(
                            "The signature in the header %s does not match. Is the public address that the provider calls configured?"
                                    .formatted(header));
        };
    }

    private static OptionalLong signedAt(List<String> parts) {
        return parts.stream()
                .filter(part -> part.equals("t") || part.startsWith("t="))
                .limit(1)
                .map(TIMESTAMP::matcher)
                .filter(Matcher::matches)
                .mapToLong(timestamp -> Long.parseLong(timestamp.group(1)))
                .findFirst();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean same(String expected, String sent) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }
}
