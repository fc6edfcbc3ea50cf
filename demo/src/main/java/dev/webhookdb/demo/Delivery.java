package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.SimulatedWebhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Posts signed events like a provider does: many at a time, and again while they are not answered with 2xx. */
final class Delivery {
    private static final int CONCURRENT = 16;
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int UNAUTHORIZED = 401;

    private final HttpClient client;
    private final URI endpoint;
    private final String secret;

    Delivery(HttpClient client, URI endpoint, String secret) {
        this.client = client;
        this.endpoint = endpoint;
        this.secret = secret;
    }

    /** Returns when each event was answered with 2xx. */
    void deliver(List<? extends SimulatedWebhook> events, Screen screen) throws InterruptedException {
        AtomicLong delivered = new AtomicLong();
        Semaphore slots = new Semaphore(CONCURRENT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = events.stream()
                    .<Future<?>>map(event -> threads.submit(() -> {
                        slots.acquire();
                        try {
                            deliver(event);
                            screen.progress("webhooks delivered", delivered.incrementAndGet(), events.size());
                        } finally {
                            slots.release();
                        }
                        return null;
                    }))
                    .toList();
            awaitAll(all, threads);
        }
    }

    /** Posts an event once; how it was answered, in words. */
    String attempt(SimulatedWebhook event) throws InterruptedException {
        try {
            return "answered with " + post(event, secret).statusCode();
        } catch (IOException e) {
            return "not delivered (" + e.getMessage() + ")";
        }
    }

    /** Posts an event with a signature made with another secret; the reason of its rejection. */
    String forge(SimulatedWebhook event) throws InterruptedException {
        try {
            HttpResponse<String> response = post(event, secret + "_forged");
            if (response.statusCode() != UNAUTHORIZED) {
                throw new DemoException("A forged webhook was answered with " + response.statusCode()
                        + " instead of 401. This is a defect: please report it.");
            }
            return response.headers().firstValue("Whdb-Rejected-Reason").orElse("no reason given");
        } catch (IOException e) {
            throw new DemoException("The server stopped answering at " + endpoint + ". Look at its log.", e);
        }
    }

    private static void awaitAll(List<Future<?>> all, ExecutorService threads) throws InterruptedException {
        for (Future<?> one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw new DemoException(e.getCause().getMessage(), e);
            }
        }
    }

    private void deliver(SimulatedWebhook event) throws InterruptedException {
        String problem = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                int status = post(event, secret).statusCode();
                if (status / 100 == 2) {
                    return;
                }
                problem = "status " + status;
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
            Thread.sleep(FIRST_PAUSE.multipliedBy(1L << attempt));
        }
        throw new DemoException("The event " + event.id() + " was not accepted in " + ATTEMPTS + " attempts (" + problem
                + "). Look at the server's log.");
    }

    private HttpResponse<String> post(SimulatedWebhook event, String key) throws IOException, InterruptedException {
        HttpRequest request = event.signed(endpoint, key, Instant.now()).request();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
