package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import tools.jackson.core.JacksonException;

/**
 * Requests to a server. Every failure is a {@link Failure}, with a sentence.
 *
 * <p>They go through {@link HttpURLConnection}: java.net.http starts threads and loads many more classes, which takes a third of the
 * time of a command that asks for a list.
 */
final class Api {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(30);

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
        return send("GET", path, REQUEST_TIMEOUT, Optional.empty());
    }

    /** The same for what may take its time. */
    Json postPatiently(String path, Map<String, ?> body) {
        return accepted(sendPost(path, LONG_TIMEOUT, body));
    }

    /** Sends without judging the answer, for who can do something about a refusal. */
    Answer sendPost(String path, Map<String, ?> body) {
        return sendPost(path, REQUEST_TIMEOUT, body);
    }

    private Answer sendPost(String path, Duration timeout, Map<String, ?> body) {
        return send("POST", path, timeout, Optional.of(new Json(body).write()));
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

    private Answer send(String method, String path, Duration timeout, Optional<String> body) {
        try {
            HttpURLConnection connection = connection(method, path, timeout);
            if (body.isPresent()) {
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.get().getBytes(UTF_8));
                }
            }
            return new Answer(
                    connection.getResponseCode(),
                    parsed(text(connection)),
                    Optional.ofNullable(connection.getHeaderField("Whdb-Auth-Token")),
                    Optional.ofNullable(connection.getHeaderField("Location")).orElse("elsewhere"));
        } catch (ConnectException | UnknownHostException | NoRouteToHostException e) {
            throw unreachable();
        } catch (SocketTimeoutException e) {
            throw Failure.ofServer(
                    "The server at " + base + " did not answer in time. Look at its log, and try again.");
        } catch (IOException e) {
            throw Failure.ofServer("The connection to " + base
                    + proxy.map(one -> " through the proxy " + one).orElse("")
                    + " broke (" + e.getMessage() + "). Check the address and the server's log, and try again.");
        }
    }

    private HttpURLConnection connection(String method, String path, Duration timeout) throws IOException {
        var url = URI.create(base + path).toURL();
        var connection = (HttpURLConnection) url.openConnection(
                proxy.map(one -> new Proxy(Proxy.Type.HTTP, one.address())).orElse(Proxy.NO_PROXY));
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestProperty("Accept", "application/json");
        token.ifPresent(one -> connection.setRequestProperty("Authorization", "Bearer " + one.text()));
        if (isForced) {
            connection.setRequestProperty("Webhookdb-Force", "true");
        }
        proxy.ifPresent(one -> introduce(one, connection));
        return connection;
    }

    private static void introduce(WebProxy proxy, HttpURLConnection connection) {
        if (connection instanceof HttpsURLConnection) {
            connection.setAuthenticator(proxy.authenticator());
        } else {
            proxy.authorization().ifPresent(text -> connection.setRequestProperty("Proxy-Authorization", text));
        }
    }

    private static String text(HttpURLConnection connection) throws IOException {
        InputStream body =
                connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (body == null) {
            return "";
        }
        try (body) {
            return new String(body.readAllBytes(), UTF_8);
        }
    }

    private Failure unreachable() {
        return Failure.ofServer(proxy.map(one -> "The proxy " + one + " cannot be reached, or does not reach " + base
                        + ". Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
                .orElseGet(() ->
                        "There is no server at " + base + ". Start one with 'webhookdb server', or say where it is with"
                                + " --host or WEBHOOKDB_API_HOST."));
    }

    private static Json parsed(String body) {
        try {
            return Json.parse(body);
        } catch (JacksonException e) {
            // not JSON, thus not our server: the caller finds no message in it
            return new Json(null);
        }
    }

    /**
     * What came back.
     *
     * @param session the token of a session that has just begun
     * @param location where the server sends us on to
     */
    record Answer(int status, Json body, Optional<String> session, String location) {}
}
