package dev.webhookdb.api;

import dev.webhookdb.account.AccountException;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.BusyException;
import dev.webhookdb.sql.DatabaseException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bodies in and out, and errors: always a JSON object, always {@code {"error": {"message", "status", "code"}}}. */
final class JsonResponses {
    private static final Logger LOG = LoggerFactory.getLogger(JsonResponses.class);
    private static final int SMALL_BODY = 64 << 10;
    private static final int LARGE_BODY = 1 << 20;
    private static final String RETRY_SECONDS = "900";
    private static final String MOMENT_SECONDS = "2";
    /** For what comes back by itself, which nobody knows when. */
    static final String AWAY_SECONDS = "5";

    private static final String TOO_MANY = "too_many_requests";

    private JsonResponses() {}

    /** Makes every error of a routing a JSON object. */
    static void errors(HttpRouting.Builder routing) {
        routing.error(ApiException.class, (request, response, e) -> refuse(request, response, e))
                .error(AccountException.class, (request, response, e) -> refuse(request, response, refusal(e)))
                .error(
                        QueryException.class,
                        (request, response, e) ->
                                refuse(request, response, new ApiException(403, "invalid_query", e.getMessage())))
                .error(BusyException.class, (request, response, e) -> refuse(request, response, busy(e)))
                .error(DatabaseException.class, (request, response, e) -> unavailable(request, response, e))
                .error(
                        HttpException.class,
                        (request, response, e) -> refuse(
                                request, response, new ApiException(e.status().code(), "http_error", sentence(e))))
                .error(Throwable.class, JsonResponses::unexpected);
    }

    /** Makes errors that Helidon finds before there is a route look like all others. */
    static DirectHandlers protocolErrors() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> {
                JsonObjectBuilder error = new JsonObjectBuilder()
                        .with("message", protocolError(status, message))
                        .with("status", status.code())
                        .with("code", "http_error");
                headers.set(HeaderNames.CONTENT_TYPE, "application/json");
                if (status.code() == Status.SERVICE_UNAVAILABLE_503.code()) {
                    headers.set(HeaderNames.RETRY_AFTER, AWAY_SECONDS);
                }
                return DirectHandler.TransportResponse.builder()
                        .status(status)
                        .headers(headers)
                        .keepAlive(event.keepAlive())
                        .entity(bytes(new JsonObjectBuilder().with("error", error)))
                        .build();
            });
        }
        return handlers.build();
    }

    private static String protocolError(Status status, String message) {
        if (message != null && !message.isBlank()) {
            return message.endsWith(".") ? message : message + ".";
        }
        return status.code() == Status.BAD_REQUEST_400.code()
                ? "The request is not as HTTP wants it: its path, one of its headers, or how its body is sent."
                : status.reasonPhrase() + ".";
    }

    /**
     * Reads a body that is a JSON object; none at all is an empty object. It is small, unless its route was made {@link #large}, and
     * what it takes in memory is charged until it is answered.
     */
    static Json object(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new Json.Obj(Map.of());
        }
        byte[] body = body(request);
        if (body.length == 0) {
            return new Json.Obj(Map.of());
        }
        charge(JsonReader.weight(body));
        try {
            Json json = JsonReader.read(body);
            if (!(json instanceof Json.Obj)) {
                throw new ApiException(400, "invalid_input", "The body must be a JSON object.");
            }
            PlainText.require("The body", json);
            return json;
        } catch (MalformedJsonException e) {
            throw new ApiException(400, "invalid_input", e.getMessage());
        }
    }

    /** Returns the handler of a route whose body may be large, because it holds a statement or a resource. */
    static Handler large(Handler handler) {
        return (request, response) -> {
            Connection.current().takeLargeBody();
            handler.handle(request, response);
        };
    }

    private static byte[] body(ServerRequest request) {
        int most = Connection.current().takesLargeBody() ? LARGE_BODY : SMALL_BODY;
        long announced = request.headers().contentLength().orElse(most);
        if (announced > most) {
            throw tooLarge(most);
        }
        charge(announced);
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes(most + 1);
            if (body.length > most) {
                throw tooLarge(most);
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void charge(long bytes) {
        Connection connection = Connection.current();
        if (bytes > connection.requests().capacity()) {
            throw new ApiException(
                    413,
                    "too_large",
                    "The body is too large for the host's memory: as a tree it takes %d MiB.".formatted(bytes >> 20));
        }
        if (!connection.hold(connection.requests(), bytes)) {
            throw new ApiException(
                    503,
                    "busy",
                    "The host is busy with other requests. Try again later.",
                    new JsonObjectBuilder(),
                    Map.of("Retry-After", "1"));
        }
    }

    private static ApiException tooLarge(int most) {
        return new ApiException(413, "too_large", "The body is larger than %d bytes.".formatted(most));
    }

    static void send(ServerResponse response, JsonObjectBuilder fields) {
        send(response, 200, fields);
    }

    static void send(ServerResponse response, int status, JsonObjectBuilder fields) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                // there may be secrets in it, and it is about this moment
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(bytes(fields));
    }

    private static byte[] bytes(JsonObjectBuilder fields) {
        return JsonWriter.write(fields.json()).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a list as all lists are answered. */
    static JsonObjectBuilder items(List<JsonObjectBuilder> items) {
        return new JsonObjectBuilder().with("items", items).with("message", "");
    }

    /** Returns the members of an object that are texts. */
    static Map<String, String> texts(Json object) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (object instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, value) -> value.text().ifPresent(text -> texts.put(name, text)));
        }
        return texts;
    }

    /** Finds the organization that a path names. */
    static Organization organization(ServerRequest request, Organizations organizations) {
        String key = request.path().pathParameters().get("key");
        return organizations
                .find(key)
                .orElseThrow(() -> new ApiException(
                        404,
                        "unknown_organization",
                        "There is no organization '%s'; 'webhookdb org list' shows them.".formatted(key)));
    }

    /** How an integration is refused that is not there. */
    record Unknown(int status, String code) {}

    /** Finds the one integration of an organization that a text names: an id, a table or, if there is only one of it, a service. */
    static Integration integration(Integrations integrations, long organizationId, String name, Unknown unknown) {
        List<Integration> found = integrations.named(organizationId, name);
        if (found.size() > 1) {
            throw new ApiException(
                    409,
                    "ambiguous_integration",
                    "There are %d integrations of %s. Name one by its id or table: %s."
                            .formatted(
                                    found.size(),
                                    name,
                                    found.stream().map(Integration::table).collect(Collectors.joining(", "))));
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        unknown.status(),
                        unknown.code(),
                        "There is no integration '%s'; 'webhookdb integrations list' shows them.".formatted(name)));
    }

    private static void refuse(ServerRequest request, ServerResponse response, ApiException e) {
        if (StockClient.isSilentAbout(request, e)) {
            send(response, Status.OK_200.code(), Prompts.failed(e.getMessage(), e.code()));
            return;
        }
        JsonObjectBuilder error = e.details()
                .with("message", e.getMessage())
                .with("status", e.status())
                .with("code", e.code());
        e.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        send(response, e.status(), new JsonObjectBuilder().with("error", error));
    }

    private static ApiException busy(BusyException e) {
        return new ApiException(
                429, TOO_MANY, e.getMessage(), new JsonObjectBuilder(), Map.of("Retry-After", MOMENT_SECONDS));
    }

    private static ApiException refusal(AccountException e) {
        return switch (e.kind()) {
            case INVALID -> new ApiException(400, "invalid_input", e.getMessage());
            case TOO_OFTEN ->
                new ApiException(
                        429, TOO_MANY, e.getMessage(), new JsonObjectBuilder(), Map.of("Retry-After", RETRY_SECONDS));
            case LAST_ADMIN -> new ApiException(409, "remove_last_admin", e.getMessage());
        };
    }

    private static void unavailable(ServerRequest request, ServerResponse response, DatabaseException e) {
        LOG.warn("A request failed in the database: {}", e.getMessage());
        boolean away = e.kind() == DatabaseException.Kind.UNAVAILABLE;
        refuse(
                request,
                response,
                away
                        ? new ApiException(
                                503,
                                "database_away",
                                "The database is away. Try again later.",
                                new JsonObjectBuilder(),
                                Map.of("Retry-After", AWAY_SECONDS))
                        : new ApiException(
                                500, "database_error", "The database refused the request; the server's log says why."));
    }

    private static void unexpected(ServerRequest request, ServerResponse response, Throwable e) {
        LOG.error(
                "{} {} failed",
                request.prologue().method().text(),
                request.path().absolute().rawPath(),
                e);
        refuse(
                request,
                response,
                new ApiException(
                        Status.INTERNAL_SERVER_ERROR_500.code(),
                        "api_error",
                        "Something went wrong; the server's log says what."));
    }

    private static String sentence(HttpException e) {
        return e.status().code() == 404
                ? "There is nothing at this path."
                : e.status().reasonPhrase() + ".";
    }
}
