package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Requests to the operator's part of the server's API. Every failure is a {@link Failure}, with a sentence. */
final class OperatorApi {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private final URI base;
    private final ServerOptions.Token token;

    OperatorApi(URI base, ServerOptions.Token token) {
        this.base = base;
        this.token = token;
    }

    /** The path of one organization's part of the API. */
    static String organization(String key) {
        return "/v1/operator/organizations/" + encoded(key);
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", "?", ""));
    }

    Json get(String path) {
        return accepted(send(request(path).GET().build()));
    }

    Json post(String path, Map<String, Object> body) {
        return accepted(sendJson(path, body));
    }

    /** Sends without judging the answer, for who can do something about a refusal. */
    Answer sendJson(String path, Map<String, Object> body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(new Json(body).write()))
                .build());
    }

    /** The answer's body, or the failure that its status means. */
    Json accepted(Answer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return answer.body();
        }
        String message = answer.body().at("error").text("message");
        if (status == 401) {
            throw Failure.ofUsage(
                    "The server at " + base + " does not accept the operator token from " + token.origin()
                            + ". Name the file that this server wrote with --token-file; it is operator-token in its data directory.");
        }
        if (message.isEmpty()) {
            throw Failure.ofServer("What answers at " + base + " (status " + status
                    + ") is not a WebhookDB server of this version. Check --host or WEBHOOKDB_API_HOST.");
        }
        throw status >= 500 ? Failure.ofServer(message) : Failure.ofUsage(message);
    }

    private Answer send(HttpRequest request) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            return new Answer(response.statusCode(), parsed(response));
        } catch (ConnectException e) {
            throw Failure.ofServer("There is no server at " + base
                    + ". Start one with 'webhookdb server', or say where it is with --host or WEBHOOKDB_API_HOST.");
        } catch (HttpTimeoutException e) {
            throw Failure.ofServer(
                    "The server at " + base + " did not answer in time. Look at its log, and try again.");
        } catch (IOException e) {
            throw Failure.ofServer("The connection to " + base + " broke (" + e.getMessage()
                    + "). Check the address and the server's log, and try again.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted.");
        }
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
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token.text());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    record Answer(int status, Json body) {}
}
