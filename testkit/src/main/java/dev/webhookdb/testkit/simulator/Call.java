package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request that came in.
 *
 * @param method in upper case
 * @param path decoded
 * @param query decoded, in the order in which the caller wrote it
 * @param headers the first value of each, by name in lower case
 */
public record Call(
        String method, String path, Map<String, List<String>> query, Map<String, String> headers, String body) {
    static Call of(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String query = exchange.getRequestURI().getRawQuery();
        return new Call(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                decodedQuery(query == null ? "" : query),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    }

    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        return parameters(name).stream().findFirst();
    }

    /** All values of a query parameter. */
    public List<String> parameters(String name) {
        return query.getOrDefault(name, List.of());
    }

    /** A header, whatever the case of its name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Path and query, decoded, as an assertion about what was asked wants to see them. */
    public String target() {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, values) -> values.forEach(value -> pairs.add(name + "=" + value)));
        return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
    }

    /** Whether the caller authorizes with this bearer token. */
    boolean bearer(String token) {
        return header("Authorization").filter(("Bearer " + token)::equals).isPresent();
    }

    /** Whether the caller authorizes with this user name and password. */
    boolean basic(String user, String password) {
        String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return header("Authorization").filter(("Basic " + pair)::equals).isPresent();
    }

    private static Map<String, List<String>> decodedQuery(String encoded) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters
                        .computeIfAbsent(decoded(pair.substring(0, equals)), name -> new ArrayList<>())
                        .add(decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
