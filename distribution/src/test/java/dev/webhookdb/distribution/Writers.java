package dev.webhookdb.distribution;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Sixteen threads that update charges of their own, one second of Stripe's clock after the other, through any of several hosts. An update is
 * sent again until it is acknowledged, and only then comes the next of its charge.
 */
final class Writers implements AutoCloseable {
    private static final int THREADS = 16;
    private static final int CHARGES = 4;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Pattern CREATED = Pattern.compile("\"created\": ?[0-9]+");
    private static final Pattern AMOUNT = Pattern.compile("\"amount\": ?[0-9]+");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Map<String, Long> keys = new ConcurrentHashMap<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Server> hosts;
    private final String path;
    private final long begin = Instant.now().minus(Duration.ofDays(2)).getEpochSecond();
    private volatile boolean ending;

    private Writers(List<Server> hosts, String path) {
        this.hosts = List.copyOf(hosts);
        this.path = path;
    }

    static Writers on(List<Server> hosts, String path) {
        Writers writers = new Writers(hosts, path);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            writers.threads.add(Thread.ofVirtual().name("writer-" + i).start(() -> writers.write(number)));
        }
        return writers;
    }

    /** The last amount that was acknowledged of each charge. */
    Map<String, Long> keys() {
        return Map.copyOf(keys);
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Ends when every update under way is acknowledged. */
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

    private void write(int writer) {
        Random random = new Random(writer);
        Map<String, Long> amounts = new HashMap<>();
        while (!ending) {
            String charge = "ch_%02d_%016d".formatted(writer, random.nextInt(CHARGES));
            long amount = amounts.merge(charge, 1L, Long::sum);
            String body = update(charge, amount);
            while (!isAcknowledged(hosts.get(random.nextInt(hosts.size())), body)) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            keys.put(charge, amount);
            acknowledged.incrementAndGet();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String update(String charge, long amount) {
        String text = ChargeEvents.body(charge, "evt_%s_%d".formatted(charge, amount));
        text = CREATED.matcher(text).replaceAll("\"created\": " + (begin + amount));
        return AMOUNT.matcher(text).replaceAll("\"amount\": " + amount);
    }

    private boolean isAcknowledged(Server host, String body) {
        HttpRequest request = ChargeEvents.signed(URI.create(host.url() + path), body, TIMEOUT);
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 202;
        } catch (IOException e) {
            // the host is away
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
