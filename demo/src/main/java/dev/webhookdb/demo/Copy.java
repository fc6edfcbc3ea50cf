package dev.webhookdb.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An application that keeps a copy of the charges, from pages that it is sent. Thread-safe. */
final class Copy implements AutoCloseable {
    private static final List<String> COLUMNS = List.of("amount", "status", "billing_email");

    private static final int OK = 204;
    private static final int UNAUTHORIZED = 401;
    private static final String USER = "demo:secret";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(USER.getBytes(StandardCharsets.UTF_8));

    private final HttpServer server;
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Map<String, List<String>> rows = new HashMap<>();
    private String lastPage = "";
    private int pages;
    private int received;

    private Copy() {
        this.server = Loopback.serve(this::take);
    }

    /** Starts to listen on a free port of the loopback interface. */
    static Copy start() {
        return new Copy();
    }

    URI url() {
        return Loopback.url(server, USER + "@", "/charges");
    }

    /** Returns what it knows of each charge, by its id: amount, status and e-mail address, as text. */
    synchronized Map<String, List<String>> rows() {
        return Map.copyOf(rows);
    }

    /** Returns how many pages it was sent. */
    synchronized int pages() {
        return pages;
    }

    /** Returns how many rows were on them. */
    synchronized int received() {
        return received;
    }

    /** Returns how many requests were made at a time. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    private void take(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try (exchange) {
            boolean known = BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (known) {
                apply(Json.parse(body));
            }
            atOnce.decrementAndGet();
            exchange.sendResponseHeaders(known ? OK : UNAUTHORIZED, -1);
        }
    }

    private synchronized void apply(Json page) {
        List<Json> changed = page.list("rows");
        // a page whose acknowledgement was lost comes again
        if (changed.isEmpty() || page.text("page_id").equals(lastPage)) {
            return;
        }
        lastPage = page.text("page_id");
        pages++;
        received += changed.size();
        changed.forEach(row ->
                rows.put(row.text("stripe_id"), COLUMNS.stream().map(row::text).toList()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
