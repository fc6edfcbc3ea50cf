package dev.webhookdb.spi;

import static dev.webhookdb.spi.Webhook.Verdict.accept;
import static dev.webhookdb.spi.Webhook.Verdict.reject;

import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.spi.Webhook.Verifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Verifiers for the signature schemes that providers share. They compare in constant time and never throw on bad input. */
public final class Verifiers {
    private static final String SHA256 = "HmacSHA256";
    private static final Pattern TIMESTAMP = Pattern.compile("t=([+]?[0-9]{1,18})");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");
    private static final Duration STANDARD_TOLERANCE = Duration.ofMinutes(5);

    /** How a Standard Webhooks secret, as the provider shows it, becomes the key. */
    public enum StandardKey {
        /** Base64, usually after {@code whsec_}, as the specification says. */
        BASE64,
        /** The secret's own UTF-8 bytes, whatever it begins with. */
        RAW
    }

    private Verifiers() {}

    /**
     * Verifies with one of two verifiers, for a provider that changes from one scheme to another or signs in both.
     *
     * @param header decides: with the first verifier if the request has it, else with the second
     */
    public static Verifier either(String header, Verifier first, Verifier second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        return (request, settings) -> (request.header(header).isPresent() ? first : second).verify(request, settings);
    }

    /**
     * The headers {@code webhook-id}, {@code webhook-timestamp} and {@code webhook-signature: v1,BASE64 ...} with the HMAC-SHA256 of
     * {@code ID.SECONDS.BODY}. Any one matching {@code v1} is enough, so that secrets can be rolled. The timestamp may be five minutes
     * away in either direction, as in the reference implementations.
     *
     * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
     */
    public static Verifier standardWebhooks(Setting secret, StandardKey key) {
        return (request, settings) -> {
            String id = request.header("webhook-id").orElse("");
            String timestamp = request.header("webhook-timestamp").orElse("");
            String signatures = request.header("webhook-signature").orElse("");
            if (id.isEmpty() || timestamp.isEmpty() || signatures.isEmpty()) {
                return reject("One of the headers webhook-id, webhook-timestamp and webhook-signature is missing.");
            }
            if (!SECONDS.matcher(timestamp).matches()) {
                return reject("The header webhook-timestamp has no timestamp.");
            }
            long signedAt = Long.parseLong(timestamp);
            Optional<Verdict> untimely = untimely(request, signedAt, STANDARD_TOLERANCE);
            if (untimely.isPresent()) {
                return untimely.get();
            }
            ByteBuffer signedFirst = utf8(id + "." + signedAt + ".");
            byte[] expected = hmac(settings.secret(secret), key, signedFirst, request.body());
            String signature = Base64.getEncoder().encodeToString(expected);
            boolean genuine = Arrays.stream(signatures.split(" ", -1))
                    .map(one -> one.split(",", -1))
                    .filter(parts -> parts.length > 1 && parts[0].equals("v1"))
                    .anyMatch(parts -> same(signature, parts[1]));
            return genuine ? accept() : reject("No signature in the header webhook-signature matches.");
        };
    }

    /**
     * A header {@code t=TIME,v1=HEX,...} with the HMAC-SHA256 of {@code TIME.BODY}, where the time is an RFC 3339 timestamp, as
     * Increase sends it. Any one matching {@code v1} is enough, so that secrets can be rolled.
     *
     * @param tolerance the greatest distance of the time from now, in either direction
     */
    public static Verifier timestampedHmacRfc3339(String header, Setting secret, Duration tolerance) {
        return (request, settings) -> {
            String sent = request.header(header).orElse("");
            if (sent.isBlank()) {
                return reject("The header %s is missing.".formatted(header));
            }
            List<String> parts = Arrays.asList(sent.split(",", -1));
            String time = parts.stream()
                    .filter(part -> part.startsWith("t="))
                    .findFirst()
                    .map(part -> part.substring(2))
                    .orElse("");
            Optional<Instant> signedAt = instant(time);
            if (signedAt.isEmpty()) {
                return reject("The header %s has no timestamp.".formatted(header));
            }
            Optional<Verdict> untimely = untimely(request, signedAt.get().getEpochSecond(), tolerance);
            if (untimely.isPresent()) {
                return untimely.get();
            }
            byte[] expected = settings.secret(secret).hmac(SHA256, utf8(time + "."), request.body());
            return anyV1(parts, expected)
                    ? accept()
                    : reject("No signature in the header %s matches.".formatted(header));
        };
    }

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
            byte[] expected = settings.secret(secret).hmac(SHA256, utf8(signedAt.getAsLong() + "."), request.body());
            return anyV1(parts, expected)
                    ? accept()
                    : reject("No signature in the header %s matches.".formatted(header));
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

    private static Optional<Instant> instant(String time) {
        try {
            return Optional.of(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Verdict> untimely(Request request, long signedAt, Duration tolerance) {
        long age = request.receivedAt().getEpochSecond() - signedAt;
        if (Math.abs(age) <= tolerance.toSeconds()) {
            return Optional.empty();
        }
        return Optional.of(reject("The signature is %d seconds %s; at most %d are tolerated."
                .formatted(Math.abs(age), age > 0 ? "old" : "ahead of the clock", tolerance.toSeconds())));
    }

    private static boolean anyV1(List<String> parts, byte[] expected) {
        String signature = HexFormat.of().formatHex(expected);
        return parts.stream()
                .filter(part -> part.startsWith("v1="))
                .anyMatch(part -> same(signature, part.substring(3)));
    }

    private static byte[] hmac(Secret secret, StandardKey key, ByteBuffer... parts) {
        return switch (key) {
            case RAW -> secret.hmac(SHA256, parts);
            case BASE64 -> secret.hmacWithBase64Key(SHA256, "whsec_", parts);
        };
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean same(String expected, String sent) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }
}
