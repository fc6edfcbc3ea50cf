package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends events to a program on this machine, with the headers that notifications have. */
final class Forwarder implements AutoCloseable {
    private static final String HMAC = "HmacSHA256";
    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Optional<URI> target;
    private final String secret;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();

    private Forwarder(Optional<URI> target, String secret) {
        this.target = target;
        this.secret = secret;
    }

    /** Sends to a URL; without one, nowhere. */
    static Forwarder to(Optional<URI> target, Optional<String> secret) {
        target.filter(url ->
                        url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme())))
                .ifPresent(url -> {
                    throw Failure.ofUsage(
                            "'" + url + "' is no URL to forward to. Write it like http://localhost:3000/hook.");
                });
        return new Forwarder(target, secret.orElseGet(Forwarder::random));
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /** What signs, if anything is sent. */
    Optional<String> signing() {
        return target.map(url -> secret);
    }

    /** Sends an event, and says what was answered: a status, or why there is none. Nothing if nothing is sent. */
    Optional<String> forward(Json event, Instant now) {
        return target.map(url -> {
            try {
                return Integer.toString(client.send(request(url, event, now), HttpResponse.BodyHandlers.discarding())
                        .statusCode());
            } catch (IOException e) {
                String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                return "not sent: " + why;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        });
    }

    private HttpRequest request(URI url, Json event, Instant now) {
        String body = event.write();
        String id = event.text("id");
        String timestamp = Long.toString(now.getEpochSecond());
        byte[] standard = hmac(key(), "%s.%s.%s".formatted(id, timestamp, body));
        byte[] plain = hmac(secret.getBytes(UTF_8), body);
        return HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("User-Agent", "WebhookDB-Webhooks/1.0")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(standard))
                .header("webhook-attempt", "1")
                .header("X-Webhook-Event", event.text("type"))
                .header("X-Webhook-Signature", "sha256=" + HexFormat.of().formatHex(plain))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** What is meant by a secret in the form of Standard Webhooks; else its own bytes. */
    private byte[] key() {
        if (secret.startsWith(PREFIX)) {
            try {
                return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException e) {
                // no Base64: somebody's own text, which happens to begin so
                return secret.getBytes(UTF_8);
            }
        }
        return secret.getBytes(UTF_8);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + HMAC, e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
