package dev.webhookdb.distribution;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Requests that nobody sends who means well, and the bodies for them. Thread-safe. */
final class HostileRequests {
    static final String SHOPIFY_SECRET = "shpss_hostile";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;

    HostileRequests(URI url) {
        this.url = url;
    }

    /** An answer; the status is 0 where the connection ended before one. */
    record Answer(int status, Duration took) {}

    Answer post(String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        long begun = System.nanoTime();
        int status;
        try {
            status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            status = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return new Answer(status, Duration.ofNanos(System.nanoTime() - begun));
    }

    Answer shopify(String path, byte[] body) {
        return post(path, body, Map.of("X-Shopify-Topic", "orders/updated", "X-Shopify-Hmac-Sha256", hmac(body)));
    }

    Answer charge(String path, String id) {
        byte[] body = """
                {"id":"evt_%1$s","type":"charge.updated","created":%2$d,"object":"event",
                 "data":{"object":{"id":"%1$s","object":"charge","created":%2$d,"amount":1}}}""".formatted(id, Instant.now().getEpochSecond()).getBytes(UTF_8);
        return post(
                path,
                body,
                Map.of(
                        "Stripe-Signature",
                        StripeSimulator.sign(Server.SECRET, body, Instant.now().getEpochSecond())));
    }

    /** Announces a body with {@code Expect: 100-continue}, and returns the first line of what is answered before it is sent. */
    String announce(String path, int length) {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
            socket.getOutputStream()
                    .write("POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
                            .formatted(path, length)
                            .getBytes(US_ASCII));
            var line = new ByteArrayOutputStream();
            for (int next = socket.getInputStream().read();
                    next >= 0 && next != '\r';
                    next = socket.getInputStream().read()) {
                line.write(next);
            }
            return line.toString(US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hmac(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SHOPIFY_SECRET.getBytes(UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An order of a shop that brings any value along. */
    static byte[] order(String id, byte[] value) {
        return wrapped("{\"id\":%s,\"updated_at\":\"2026-01-01T00:00:00Z\",\"note\":".formatted(id), value, "}");
    }

    static byte[] wrapped(String before, byte[] value, String after) {
        var all = new ByteArrayOutputStream(value.length + 200);
        all.writeBytes(before.getBytes(UTF_8));
        all.writeBytes(value);
        all.writeBytes(after.getBytes(UTF_8));
        return all.toByteArray();
    }

    static byte[] objects(int length) {
        return repeated("[", "{\"\":{}}", ",", length, "]");
    }

    static byte[] zeros(int length) {
        return repeated("[", "0", ",", length, "]");
    }

    static byte[] texts(int length) {
        return repeated("{\"a\":[", "\"b\\u4e2d\"", ",", length, "]}");
    }

    /** Levels of arrays. */
    static byte[] nested(int depth) {
        return ("[".repeat(depth) + "]".repeat(depth)).getBytes(US_ASCII);
    }

    private static byte[] repeated(String before, String one, String between, int length, String after) {
        int many = (length - before.length() - after.length()) / (one.length() + between.length());
        return (before + (one + between).repeat(many - 1) + one + after).getBytes(UTF_8);
    }

    /** A body of any kind: most of them small, some as large as is allowed. */
    static byte[] mutation(Random random) {
        int size = random.nextInt(10) == 0 ? 1_000_000 + random.nextInt(3_500_000) : 10 + random.nextInt(20_000);
        byte[] value = switch (random.nextInt(12)) {
            case 0 -> objects(size);
            case 1 -> zeros(size);
            case 2 -> nested(size / 2);
            case 3 -> texts(size);
            case 4 -> "1e%d".formatted(random.nextInt()).getBytes(US_ASCII);
            case 5 -> "9".repeat(size).getBytes(US_ASCII);
            case 6 -> "\"\\u0000\\ud800%s\"".formatted("\\n".repeat(size / 2)).getBytes(US_ASCII);
            case 7 -> "{\"%s\":1}".formatted("n".repeat(size)).getBytes(US_ASCII);
            case 8 -> random(random, size);
            case 9 -> "{\"id\":\"ü\"}".getBytes(UTF_16);
            case 10 -> repeated("{", "\"k%d\":[]".formatted(random.nextInt()), ",", size, "}");
            default -> "[".repeat(size).getBytes(US_ASCII);
        };
        return random.nextInt(3) == 0 ? value : order(Integer.toString(random.nextInt(1_000)), value);
    }

    private static byte[] random(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
