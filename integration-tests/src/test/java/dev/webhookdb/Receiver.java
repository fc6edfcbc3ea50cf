package dev.webhookdb;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Somebody who is told of events: remembers every request, and answers as he likes. Thread-safe. */
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private volatile Function<Told, Integer> answer = request -> 204;

    /**
     * A request.
     *
     * @param headers by their names in lower case
     */
    record Told(Map<String, String> headers, String body) {
        Json json() {
            return JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Takes everything, until it is told to answer otherwise. */
    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    /** From now on requests are answered with the status that a function returns. */
    void answering(Function<Told, Integer> function) {
        answer = function;
    }

    /** Returns where it listens. */
    public String url() {
        return "http://127.0.0.1:%d/hook".formatted(server.getAddress().getPort());
    }

    /** Every request so far, in the order in which they came. */
    List<Told> told() {
        return List.copyOf(told);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            Told request =
                    new Told(headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            told.add(request);
            exchange.sendResponseHeaders(answer.apply(request), -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
