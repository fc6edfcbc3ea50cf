package dev.webhookdb.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An application that is told of changes: it verifies each, and remembers the last of each row. Thread-safe. */
final class Application implements AutoCloseable {
    private static final int OK = 204;
    private static final int UNAUTHORIZED = 401;

    private final HttpServer server;
    private final Set<String> events = new HashSet<>();
    private final Map<String, Map<String, String>> latest = new HashMap<>();
    private volatile String secret = "";
    private int forged;

    private Application() {
        this.server = Loopback.serve(this::take);
    }

    /** Starts to listen on a free port of the loopback interface. */
    static Application start() {
        return new Application();
    }

    URI url() {
        return Loopback.url(server, "", "/changes");
    }

    /** Takes only what was signed with this from now on. */
    void expect(String signingSecret) {
        secret = signingSecret;
    }

    /** Returns how many changes it was told of. */
    synchronized int changes() {
        return events.size();
    }

    /** Returns how many requests were not signed as they must be. */
    synchronized int forged() {
        return forged;
    }

    /** Returns what it was told last of each row of a service, as JSON, by what identifies the row. */
    synchronized Map<String, String> latest(String service) {
        return Map.copyOf(latest.getOrDefault(service, Map.of()));
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean genuine = isGenuine(exchange.getRequestHeaders().getFirst("X-Webhook-Signature"), body);
            note(genuine, new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(genuine ? OK : UNAUTHORIZED, -1);
        }
    }

    private synchronized void note(boolean genuine, String body) {
        if (!genuine) {
            forged++;
            return;
        }
        Json event = Json.parse(body);
        // an event may be delivered again
        if (events.add(event.text("id"))) {
            latest.computeIfAbsent(event.text("service_name"), service -> new HashMap<>())
                    .put(event.text("external_id"), body);
        }
    }

    private boolean isGenuine(String signature, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
            return signature != null
                    && MessageDigest.isEqual(
                            signature.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
