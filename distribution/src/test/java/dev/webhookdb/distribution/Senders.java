package dev.webhookdb.distribution;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Senders at a steady rate, each event about a charge of its own. Each knows some addresses and calls them in turn. An event that is answered
 * with 503, or whose connection is not taken or ends before there is an answer, is sent once more, to the next address; nothing else is.
 */
final class Senders implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(40);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final String path;
    private final AtomicLong numbers = new AtomicLong();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Outcome, AtomicLong> first = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentSkipListSet<Long> slowest = new ConcurrentSkipListSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    /** What came of one request. */
    enum Outcome {
        ACKNOWLEDGED,
        /** 503. */
        BUSY,
        /** Nobody took the connection. */
        REFUSED,
        /** The connection ended before there was an answer. */
        BROKEN,
        /** Any other status. */
        WRONG
    }

    /** @param path of the endpoint */
    Senders(String path) {
        this.path = path;
    }

    /** Begins to send with some threads. */
    void begin(int number, List<URI> addresses) {
        for (int i = 0; i < number; i++) {
            int offset = i;
            threads.add(Thread.ofVirtual().name("sender-" + threads.size()).start(() -> send(addresses, offset)));
        }
    }

    /** The ids of the charges whose events were answered with 202. */
    Set<String> acknowledged() {
        return new HashSet<>(acknowledged);
    }

    int count() {
        return acknowledged.size();
    }

    /** How often something came of the first try. */
    long first(Outcome outcome) {
        return first.getOrDefault(outcome, new AtomicLong()).get();
    }

    /** What was not acknowledged in the end: what came of it. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** How long the slowest event took until it was acknowledged. */
    Duration slowest() {
        return Duration.ofNanos(slowest.last());
    }

    @Override
    public void close() {
        ending = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }

    private void send(List<URI> addresses, int offset) {
        int turn = offset;
        try {
            while (!ending) {
                send(addresses.get(turn % addresses.size()), addresses.get((turn + 1) % addresses.size()));
                turn++;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(URI address, URI next) throws InterruptedException {
        long number = numbers.incrementAndGet();
        String charge = "ch_%024d".formatted(number);
        String body = ChargeEvents.body(charge, "evt_%024d".formatted(number));
        long begun = System.nanoTime();
        Outcome outcome = tried(address, body);
        first.computeIfAbsent(outcome, one -> new AtomicLong()).incrementAndGet();
        String story = "%s from %s".formatted(outcome, address);
        if (outcome == Outcome.BUSY || outcome == Outcome.REFUSED || outcome == Outcome.BROKEN) {
            outcome = tried(next, body);
            story += ", then %s from %s".formatted(outcome, next);
        }
        if (outcome == Outcome.ACKNOWLEDGED) {
            acknowledged.add(charge);
            slowest.add(System.nanoTime() - begun);
        } else {
            failures.add(story);
        }
    }

    private Outcome tried(URI address, String body) throws InterruptedException {
        HttpRequest request = ChargeEvents.signed(address.resolve(path), body, TIMEOUT);
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return switch (status) {
                case 202 -> Outcome.ACKNOWLEDGED;
                case 503 -> Outcome.BUSY;
                default -> Outcome.WRONG;
            };
        } catch (ConnectException e) {
            return Outcome.REFUSED;
        } catch (IOException e) {
            return Outcome.BROKEN;
        }
    }
}
