package dev.webhookdb.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody to whom charges are synced: takes his time for a page, may refuse one now and then, applies each once, and notes whatever is not
 * as it was promised.
 */
final class SyncReceiver implements AutoCloseable {
    private static final long WORK_NANOS = 20_000_000;
    private static final int TAKEN = 204;
    private static final int UNAUTHORIZED = 401;
    private static final int BUSY = 503;
    private static final String USUAL = "user:password";

    private final HttpServer server;
    private final int refusedEvery;
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, Long> amounts = new HashMap<>();
    private final AtomicInteger unknown = new AtomicInteger();
    private volatile Set<String> accepted = Set.of(USUAL);
    private long sequence;
    private boolean acknowledged = true;
    private String page = "";
    private int repeated;
    private int rows;

    /** @param refusedEvery how many requests there are to one that is refused; {@link Integer#MAX_VALUE} for none */
    SyncReceiver(int refusedEvery) {
        this.refusedEvery = refusedEvery;
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
        return "http://%s@127.0.0.1:%d/".formatted(USUAL, server.getAddress().getPort());
    }

    /** From now on these are let in, each {@code user:password}, and nobody else. */
    void accept(String... credentials) {
        accepted = Set.of(credentials);
    }

    /** How many requests came with other credentials; nothing else is known of them. */
    int unknown() {
        return unknown.get();
    }

    /** What was not as it was promised. */
    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The amounts of charges, as they were synced last. */
    synchronized Map<String, Long> amounts() {
        return Map.copyOf(amounts);
    }

    synchronized long sequence() {
        return sequence;
    }

    /** How many pages came once more before they were acknowledged. */
    synchronized int repeated() {
        return repeated;
    }

    synchronized int rows() {
        return rows;
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Json.Obj read = (Json.Obj) JsonReader.read(body);
        boolean known = isKnown(exchange);
        // who only asks whether there is a receiver sends no rows, and need not wait for a page that is on its way
        int status = number(read, "sequence") == 0 ? status(known, true) : page(read, body, known);
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private int page(Json.Obj read, byte[] body, boolean known) {
        int now = atOnce.incrementAndGet();
        try {
            if (now > 1) {
                complain("%d pages at a time".formatted(now));
            }
            LockSupport.parkNanos(WORK_NANOS);
            boolean taken = known && requests.incrementAndGet() % refusedEvery != 0;
            if (known) {
                note(read, new String(body, StandardCharsets.UTF_8), taken);
            }
            return status(known, taken);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    private static int status(boolean known, boolean taken) {
        if (!known) {
            return UNAUTHORIZED;
        }
        return taken ? TAKEN : BUSY;
    }

    private boolean isKnown(HttpExchange exchange) {
        boolean known = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(header -> header.replaceFirst("Basic ", ""))
                .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
                .filter(accepted::contains)
                .isPresent();
        if (!known) {
            unknown.incrementAndGet();
        }
        return known;
    }

    private synchronized void complain(String what) {
        complaints.add(what);
    }

    private synchronized void note(Json.Obj read, String body, boolean taken) {
        long next = number(read, "sequence");
        if (next == sequence) {
            repeated++;
            if (!body.equals(page)) {
                complain("Page %d came again as another".formatted(next));
            }
        } else if (next == sequence + 1) {
            if (!acknowledged) {
                complain("Page %d came before %d was acknowledged".formatted(next, sequence));
            }
            sequence = next;
            page = body;
            ((Json.Arr) read.fields().get("rows")).items().forEach(row -> apply((Json.Obj) row));
        } else {
            complain("Page %d came after %d".formatted(next, sequence));
        }
        acknowledged = taken;
    }

    private void apply(Json.Obj row) {
        rows++;
        String charge = ((Json.Str) row.fields().get("stripe_id")).value();
        long amount = number(row, "amount");
        Long before = amounts.put(charge, amount);
        if (before != null && before >= amount) {
            complain("%s has %d after %d".formatted(charge, amount, before));
        }
    }

    private static long number(Json.Obj object, String name) {
        return ((Json.Num) object.fields().get(name)).value().longValueExact();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
