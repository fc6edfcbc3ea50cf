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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A server with prepared answers; it remembers what it was asked, and by whom. */
final class FakeServer implements AutoCloseable {
    static final String TOKEN = "token-of-the-test";
    static final String SESSION = "whdb_s_begun";

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final Map<String, CountDownLatch> held = new HashMap<>();
    private final Map<String, CountDownLatch> awaited = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    private final List<String> proxyAuthorizations = Collections.synchronizedList(new ArrayList<>());

    FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Prepares an answer, whatever the value of a parameter {@code key=} at the end; several for the same request are given in turn. */
    FakeServer answers(String request, int status, String body) {
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    /** Lets a request wait for its answer until another is there. */
    FakeServer holds(String request, String until) {
        CountDownLatch there = new CountDownLatch(1);
        held.put(request, there);
        awaited.put(until, there);
        return this;
    }

    /** Method, path and query, and body of each request. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The token of each request; an empty text where there was none. */
    List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** What each request told it as a proxy; nothing of those that told nothing. */
    List<String> proxyAuthorizations() {
        return List.copyOf(proxyAuthorizations);
    }

    /** Prepares the end of a log-in. */
    FakeServer logsIn(String request) {
        return answers(request, 200, """
                {"complete":true,"needs_input":false,"message":"You are logged in as joe@example.com.","output":"Welcome!",
                 "extras":{"current_customer":{"email":"joe@example.com","default_organization":{"id":7,"name":"Joe Org","key":"joe_org"}}}}""");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add((request + " " + body).strip());
        String prepared = request.replaceFirst("[?]key=.*", "?key=");
        hold(prepared);
        String token = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(header -> header.replace("Bearer ", ""))
                .orElse("");
        tokens.add(token);
        proxyAuthorizations.addAll(exchange.getRequestHeaders().getOrDefault("Proxy-Authorization", List.of()));
        Answer answer = token.equals("wrong")
                ? new Answer(401, error(401, "unauthenticated", "You are not logged in."))
                : answers.getOrDefault(prepared, new ArrayDeque<>()).poll();
        Answer given =
                answer == null ? new Answer(404, error(404, "not_found", "There is no " + request + ".")) : answer;
        byte[] bytes = given.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (given.body().contains("current_customer")) {
            exchange.getResponseHeaders().set("Whdb-Auth-Token", SESSION + "; path=/");
        }
        exchange.sendResponseHeaders(given.status(), bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void hold(String request) {
        Optional.ofNullable(awaited.get(request)).ifPresent(CountDownLatch::countDown);
        try {
            if (held.containsKey(request)) {
                held.get(request).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A step that asks. */
    static String question(String output, String prompt, boolean secret, String path, String parameters, String key) {
        return """
                {"needs_input":true,"complete":false,"output":"%s","prompt":"%s","prompt_is_secret":%s,"post_to_url":"%s",
                 "post_params":%s,"post_params_value_key":"%s","message":"","extras":{}}""".formatted(output, prompt, secret, path, parameters, key);
    }

    /** A refusal that asks for what is missing. */
    static String missing(String step) {
        return """
                {"error":{"code":"prompt_required_params","status":422,"message":"Something is needed.","state_machine_step":%s}}""".formatted(step);
    }

    /** A step that ends. */
    static String complete(String output) {
        return "{\"needs_input\":false,\"complete\":true,\"output\":\"%s\",\"message\":\"\"}".formatted(output);
    }

    /** A list of one item. */
    static String list(String item, String headers) {
        return """
                {"object":"list","items":[%s],"message":"A hint.","display_headers":%s}""".formatted(item, headers);
    }

    static String error(int status, String code, String message) {
        return """
                {"error":{"message":"%s","status":%d,"code":"%s"}}""".formatted(message, status, code);
    }

    private record Answer(int status, String body) {}
}
