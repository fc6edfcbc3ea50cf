package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operator API with prepared answers; it remembers what it was asked. */
final class FakeServer implements AutoCloseable {
    static final String TOKEN = "operator-token-of-the-test";

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Prepares an answer; several for the same request are given in turn. */
    FakeServer answers(String request, int status, String body) {
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    /** Method, path and query, and body of each request. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add((request + " " + body).strip());
        Answer answer = authorized(exchange)
                ? answers.getOrDefault(request, new ArrayDeque<>()).poll()
                : new Answer(401, error(401, "unauthenticated", "The operator token is missing or wrong."));
        Answer given =
                answer == null ? new Answer(404, error(404, "not_found", "There is no " + request + ".")) : answer;
        byte[] bytes = given.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(given.status(), bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static boolean authorized(HttpExchange exchange) {
        return ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    static String error(int status, String code, String message) {
        return """
                {"error":{"message":"%s","status":%d,"code":"%s"}}""".formatted(message, status, code);
    }

    private record Answer(int status, String body) {}
}
