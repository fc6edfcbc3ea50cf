package dev.webhookdb.distribution;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Signed events from several threads, each about a charge of its own, until it is closed. Remembers which were acknowledged with
 * 202, and every other answer. An event that was not acknowledged is not sent again.
 */
final class Load implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<Answer> others = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final URI endpoint;
    private volatile boolean ending;

    private Load(URI endpoint) {
        this.endpoint = endpoint;
    }

    static Load on(URI endpoint) {
        Load load = new Load(endpoint);
        for (int i = 0; i < THREADS; i++) {
            load.threads.add(Thread.ofPlatform().name("load-" + i).start(load::sendUntilEnd));
        }
        return load;
    }

    /** The ids of the charges whose events were answered with 202. */
    Set<String> acknowledged() {
        return new HashSet<>(acknowledged);
    }

    int count() {
        return acknowledged.size();
    }

    /** All answers but 202. No answer at all, as from a killed host, is not among them. */
    List<Answer> others() {
        return List.copyOf(others);
    }

    /** Ends when every request under way is answered, or has failed. */
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

    private void sendUntilEnd() {
        while (!ending) {
            long number = NUMBERS.incrementAndGet();
            try {
                send(number);
            } catch (IOException e) {
                // the host is away: the next event finds it back
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void send(long number) throws IOException, InterruptedException {
        String charge = "ch_%024d".formatted(number);
        HttpRequest request =
                ChargeEvents.signed(endpoint, ChargeEvents.body(charge, "evt_%024d".formatted(number)), TIMEOUT);
        long start = System.nanoTime();
        HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (response.statusCode() == 202) {
            acknowledged.add(charge);
        } else {
            boolean retryAfter = response.headers()
                    .firstValue("Retry-After")
                    .filter(text -> text.matches("[0-9]+"))
                    .isPresent();
            others.add(new Answer(response.statusCode(), retryAfter, took));
        }
    }

    /**
     * An answer that was not 202.
     *
     * @param retryAfter whether it says when to try again
     */
    record Answer(int status, boolean retryAfter, Duration took) {}
}
