package dev.webhookdb.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Somebody who is told of changes of charges: verifies each delivery, and forgets none. What he was told once he does not count again.
 */
final class Subscriber implements AutoCloseable {
    static final String SECRET = "a secret of 24 bytes or more";

    private static final Pattern CHARGE = Pattern.compile("\"external_id\": ?\"([^\"]+)\"");
    private static final Pattern AMOUNT = Pattern.compile("\"amount\": ?([0-9]+)");

    private final HttpServer server;
    private final Map<String, Boolean> ids = new ConcurrentHashMap<>();
    private final Map<String, Long> latest = new ConcurrentHashMap<>();
    private final List<String> disorder = new ArrayList<>();
    private final AtomicInteger repeated = new AtomicInteger();

    Subscriber() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
    }

    /** The ids of the events that arrived. */
    Set<String> ids() {
        return Set.copyOf(ids.keySet());
    }

    /** The charges that were told of. */
    Set<String> charges() {
        return Set.copyOf(latest.keySet());
    }

    /** How many deliveries told of an event that had arrived before. */
    int repeated() {
        return repeated.get();
    }

    /** The greatest amount that was told of a charge. */
    long latest(String charge) {
        return latest.getOrDefault(charge, -1L);
    }

    /** Changes that arrived for the first time behind a later one of the same charge. */
    synchronized List<String> disorder() {
        return List.copyOf(disorder);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean genuine = isGenuine(exchange, body);
            if (genuine) {
                note(exchange.getRequestHeaders().getFirst("webhook-id"), new String(body, StandardCharsets.UTF_8));
            }
            exchange.sendResponseHeaders(genuine ? 204 : 401, -1);
        }
    }

    private synchronized void note(String id, String body) {
        if (ids.putIfAbsent(id, true) != null) {
            repeated.incrementAndGet();
            return;
        }
        String charge = first(CHARGE, body);
        long amount = Long.parseLong(first(AMOUNT, body));
        if (latest.getOrDefault(charge, -1L) > amount) {
            disorder.add("%s: %d after %d".formatted(charge, amount, latest.get(charge)));
        }
        latest.merge(charge, amount, Math::max);
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(text);
        }
        return matcher.group(1);
    }

    /** As Standard Webhooks describes it. */
    private static boolean isGenuine(HttpExchange exchange, byte[] body) {
        String signed = "%s.%s."
                .formatted(
                        exchange.getRequestHeaders().getFirst("webhook-id"),
                        exchange.getRequestHeaders().getFirst("webhook-timestamp"));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(signed.getBytes(StandardCharsets.US_ASCII));
            String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            return List.of(exchange.getRequestHeaders()
                            .getFirst("webhook-signature")
                            .split(" ", -1))
                    .contains(expected);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
