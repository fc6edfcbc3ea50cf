package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Requests to a server. Every failure is a {@link Failure}, with a sentence. */
final class Api implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(30);

    private final HttpClient client;
    private final URI base;
    private final Optional<Token> token;
    private final Optional<WebProxy> proxy;
    private final boolean isForced;

    /**
     * @param base where the server is, without a slash at the end
     * @param token who asks; nobody in particular without it
     * @param proxy what requests go through
     * @param isForced whether also what files own is changed
     */
    Api(URI base, Optional<Token> token, Optional<WebProxy> proxy, boolean isForced) {
        this.base = base;
        this.token = token;
        this.proxy = proxy;
        this.isForced = isForced;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .proxy(proxy.map(one -> ProxySelector.of(one.address())).orElse(HttpClient.Builder.NO_PROXY))
                .build();
    }

    /** The query of a path; empty when no parameter has a value. */
    static String query(Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? "" : "?" + query;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    URI base() {
        return base;
    }

    Json get(String path) {
        return accepted(sendGet(path));
    }

    Json post(String path, Map<String, ?> body) {
        return accepted(sendPost(path, body));
    }

    /** Sends without judging the answer, for who can do something about a refusal. */
    Answer sendGet(String path) {
        return send(request(path).GET().build());
    }

    /** The same for what may take its time. */
    Json postPatiently(String path, Map<String, ?> body) {
        return accepted(sendPost(request(path).timeout(LONG_TIMEOUT), body));
    }

    /** Sends without judging the answer, for who can do something about a refusal. */
    Answer sendPost(String path, Map<String, ?> body) {
        return sendPost(request(path), body);
    }

    private Answer sendPost(HttpRequest.Builder request, Map<String, ?> body) {
        return send(request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(new Json(body).write()))
                .build());
    }

    /** The answer's body, or the failure that its status means. */
    Json accepted(Answer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300 && answer.body().value() != null) {
            return answer.body();
        }
        String message = answer.body().at("error").text("message");
        if (status >= 300 && status < 400) {
            throw Failure.ofUsage("The server at " + base + " sends us on to " + answer.location()
                    + ". Say where it really is with --host or WEBHOOKDB_API_HOST.");
        }
        if (status == HttpURLConnection.HTTP_PROXY_AUTH) {
            throw Failure.ofUsage(
                    "The proxy wants another user and password. Write them into HTTP_PROXY or HTTPS_PROXY,"
                            + " like http://user:password@proxy.example.com:3128.");
        }
        if (message.isEmpty()) {
            throw Failure.ofServer("What answers at " + base + " (status " + status
                    + ") is not a WebhookDB server of this version. Check --host or WEBHOOKDB_API_HOST.");
        }
        if (status == 401 && token.isPresent()) {
            throw Failure.ofUsage(token.get().remedy(base.toString()));
        }
        throw status >= 500 ? Failure.ofServer(message) : Failure.ofUsage(message);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            return new Answer(
                    response.statusCode(),
                    parsed(response),
                    response.headers().firstValue("Whdb-Auth-Token"),
                    response.headers().firstValue("Location").orElse("elsewhere"));
        } catch (ConnectException e) {
            throw unreachable();
        } catch (HttpTimeoutException e) {
            throw Failure.ofServer(
                    "The server at " + base + " did not answer in time. Look at its log, and try again.");
        } catch (IOException e) {
            throw Failure.ofServer("The connection to " + base
                    + proxy.map(one -> " through the proxy " + one).orElse("")
                    + " broke (" + e.getMessage() + "). Check the address and the server's log, and try again.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted.");
        }
    }

    /** Ends its threads: the JVM waits 0.3 seconds at its end for one that waits for the network. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private Failure unreachable() {
        return Failure.ofServer(proxy.map(one -> "The proxy " + one + " cannot be reached, or does not reach " + base
                        + ". Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
                .orElseGet(() ->
                        "There is no server at " + base + ". Start one with 'webhookdb server', or say where it is with"
                                + " --host or WEBHOOKDB_API_HOST."));
    }

    private static Json parsed(HttpResponse<String> response) {
        try {
            return Json.parse(response.body());
        } catch (JacksonException e) {
            // not JSON, thus not our server: the caller finds no message in it
            return new Json(null);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", "application/json");
        token.ifPresent(one -> request.header("Authorization", "Bearer " + one.text()));
        if (isForced) {
            request.header("Webhookdb-Force", "true");
        }
        proxy.flatMap(WebProxy::authorization).ifPresent(text -> request.header("Proxy-Authorization", text));
        return request;
    }

    /**
     * What came back.
     *
     * @param session the token of a session that has just begun
     * @param location where the server sends us on to
     */
    record Answer(int status, Json body, Optional<String> session, String location) {}
}
