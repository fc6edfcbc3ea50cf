package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Stripe's list API over HTTP on a port of the loopback interface: https://docs.stripe.com/api/pagination.
 *
 * <p>It serves {@code GET /v1/charges} and {@code GET /v1/customers}, newest first, with {@code limit}, {@code starting_after} and
 * {@code created[gt|gte|lt|lte]}, to who presents the key as a bearer token or as the user name of basic authentication.
 *
 * <p>Its {@code Date} header is the machine's clock, which the JDK's server does not let anyone change: a test that depends on the
 * header lets the account's clock end at the present.
 */
public final class StripeApi implements AutoCloseable {
    private static final int DEFAULT_LIMIT = 10;
    private static final int MAXIMUM_LIMIT = 100;

    private final StripeSimulator account;
    private final String key;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    private StripeApi(StripeSimulator account, String key, int port) throws IOException {
        this.account = account;
        this.key = key;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Starts serving the account's objects on a free port. */
    public static StripeApi serving(StripeSimulator account, String key) {
        return serving(account, key, 0);
    }

    /** Starts serving the account's objects on a port; 0 stands for any free one. */
    public static StripeApi serving(StripeSimulator account, String key, int port) {
        try {
            return new StripeApi(account, key, port);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Port " + port + " of the loopback interface cannot be had: choose another.", e);
        }
    }

    /** What to use instead of {@code https://api.stripe.com}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers the next so many requests with 429, as Stripe does above its rate limit. */
    public void refuseNext(int count) {
        refusals.set(count);
    }

    /** How many requests have come in, also the refused ones. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        int number = requests.incrementAndGet();
        Answer answer = answer(exchange, queryOf(exchange));
        byte[] body = JsonText.write(answer.body()).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Request-Id", "req_" + number);
        exchange.getResponseHeaders().set("Stripe-Version", StripeSimulator.API_VERSION);
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange, Map<String, String> query) {
        if (!authorized(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return error(401, "Invalid API Key provided: rk_test_****", "");
        }
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.getResponseHeaders().set("Stripe-Rate-Limited-Reason", "global-rate");
            return error(429, "Request rate limit exceeded.", "rate_limit");
        }
        String path = exchange.getRequestURI().getPath();
        if (!exchange.getRequestMethod().equals("GET")) {
            return error(404, "Unrecognized request URL (" + exchange.getRequestMethod() + ": " + path + ").", "");
        }
        return switch (path) {
            case "/v1/charges" -> page(path, account.charges(), query);
            case "/v1/customers" -> page(path, account.customers(), query);
            default -> error(404, "Unrecognized request URL (GET: " + path + ").", "");
        };
    }

    private static Answer page(String path, Map<String, StripeObject> objects, Map<String, String> query) {
        String after = query.get("starting_after");
        if (after != null && !objects.containsKey(after)) {
            return error(400, "No such object: '" + after + "'", "resource_missing");
        }
        try {
            int limit = Integer.parseInt(query.getOrDefault("limit", String.valueOf(DEFAULT_LIMIT)));
            if (limit < 1 || limit > MAXIMUM_LIMIT) {
                return error(400, "Invalid integer: limit must be between 1 and 100", "parameter_invalid_integer");
            }
            return page(path, selected(objects, after, query), limit);
        } catch (NumberFormatException e) {
            return error(400, "Invalid integer: " + e.getMessage(), "parameter_invalid_integer");
        }
    }

    private static Answer page(String path, List<StripeObject> selected, int limit) {
        List<Map<String, Object>> data =
                selected.stream().limit(limit).map(StripeObject::members).toList();
        return new Answer(
                200, object("object", "list", "data", data, "has_more", selected.size() > limit, "url", path));
    }

    private static List<StripeObject> selected(
            Map<String, StripeObject> objects, String after, Map<String, String> query) {
        List<String> newestFirst = List.copyOf(objects.keySet()).reversed();
        Stream<StripeObject> listed = newestFirst.stream()
                .skip(after == null ? 0 : newestFirst.indexOf(after) + 1)
                .map(objects::get)
                .filter(object -> !object.deleted());
        long from = Long.parseLong(query.getOrDefault("created[gte]", String.valueOf(Long.MIN_VALUE)));
        long above = Long.parseLong(query.getOrDefault("created[gt]", String.valueOf(Long.MIN_VALUE)));
        long below = Long.parseLong(query.getOrDefault("created[lt]", String.valueOf(Long.MAX_VALUE)));
        long to = Long.parseLong(query.getOrDefault("created[lte]", String.valueOf(Long.MAX_VALUE)));
        return listed.filter(object -> object.created() >= from && object.created() > above)
                .filter(object -> object.created() < below && object.created() <= to)
                .toList();
    }

    private boolean authorized(String authorization) {
        String basic = Base64.getEncoder().encodeToString((key + ":").getBytes(UTF_8));
        return ("Bearer " + key).equals(authorization) || ("Basic " + basic).equals(authorization);
    }

    private static Map<String, String> queryOf(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getRawQuery();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    private static Answer error(int status, String message, String code) {
        Map<String, Object> error = code.isEmpty()
                ? object("message", message, "type", "invalid_request_error")
                : object("code", code, "message", message, "type", "invalid_request_error");
        return new Answer(status, object("error", error));
    }

    private record Answer(int status, Map<String, Object> body) {}
}
