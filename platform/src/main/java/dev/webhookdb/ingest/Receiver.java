package dev.webhookdb.ingest;

import dev.webhookdb.database.DatabaseException;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.UnverifiableException;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Webhook.Verdict;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP face of ingest: {@code ANY /v1/service_integrations/{opaque id}}. Thread-safe.
 *
 * <p>A request is answered with 2xx only after it was verified and committed. Whatever keeps that from happening for a while is
 * answered with 503 and {@code Retry-After}, so that the provider sends it again.
 */
public final class Receiver implements HttpService {
    /** An endpoint's id is the next part of the path. */
    public static final String PATH = "/v1/service_integrations";

    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
    private static final HeaderName REJECTED_REASON = HeaderNames.create("Whdb-Rejected-Reason");
    private static final Response OK = Response.of(202, "application/json", "{\"o\":\"k\"}");
    private static final String RETRY_AFTER_SECONDS = "5";

    private final Endpoints endpoints;
    private final Verification verification;
    private final WebhookLog log;
    private final Clock clock;
    private final String publicUrl;
    private final int maxBody;

    /**
     * @param publicUrl what providers call, without a path; signatures may cover it
     * @param maxBody the size, in bytes, above which a body is refused
     */
    public Receiver(
            Endpoints endpoints, Verification verification, WebhookLog log, Clock clock, URI publicUrl, long maxBody) {
        this.endpoints = endpoints;
        this.verification = verification;
        this.log = log;
        this.clock = clock;
        this.publicUrl = publicUrl.toString();
        this.maxBody = Math.toIntExact(maxBody);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(PATH + "/{id}", this::receive).any(PATH + "/{id}/*", this::receive);
    }

    private void receive(ServerRequest call, ServerResponse answer) {
        try {
            Optional<byte[]> body = body(call);
            if (body.isEmpty()) {
                refuse(answer, 413, "The body is larger than %d bytes.".formatted(maxBody));
                return;
            }
            Optional<Endpoint> endpoint =
                    endpoints.find(call.path().pathParameters().get("id"));
            if (endpoint.isEmpty()) {
                refuse(answer, 404, "There is no such endpoint, or its organization is closed.");
                return;
            }
            decide(endpoint.get(), call, body.get(), answer);
        } catch (UnavailableException | MissingConnectorException | UnverifiableException | DatabaseException e) {
            LOG.warn("A webhook was answered with 503: {}", e.getMessage());
            answer.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
            refuse(answer, 503, "Try again later.");
        }
    }

    private void decide(Endpoint endpoint, ServerRequest call, byte[] body, ServerResponse answer) {
        String url = url(call);
        Request request = Request.of(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                call.prologue().method().text(),
                publicUrl + url,
                headers(call),
                body);
        switch (verdict(endpoint, request, url)) {
            case Verdict.Accept(Optional<Response> own) -> {
                log.append(Entry.of(endpoint, request, url, Entry.Verdict.ACCEPTED, Optional.empty()));
                send(answer, own.orElse(OK));
            }
            case Verdict.Answer(Response own) -> {
                log.append(Entry.of(endpoint, request, url, Entry.Verdict.ANSWERED, Optional.empty()));
                send(answer, own);
            }
            case Verdict.Reject(String reason) -> {
                log.append(Entry.of(endpoint, request, url, Entry.Verdict.REJECTED, Optional.of(reason)));
                answer.header(REJECTED_REASON, reason.replaceAll("[^\\x20-\\x7e]", "?"));
                refuse(answer, 401, reason);
            }
        }
    }

    /** What waits for a setting is kept as if it had been rejected, because that is what is verified again when it is supplied. */
    private Verdict verdict(Endpoint endpoint, Request request, String url) {
        try {
            return verification.verify(endpoint, request);
        } catch (UnverifiableException e) {
            if (e.waitsForSettings()) {
                log.append(Entry.of(endpoint, request, url, Entry.Verdict.REJECTED, Optional.of(e.getMessage())));
            }
            throw e;
        }
    }

    /** Reads the body; empty if it is too large, which a length in the header tells before the first byte is read. */
    private Optional<byte[]> body(ServerRequest call) {
        if (announcedLength(call) > maxBody) {
            return Optional.empty();
        }
        if (!call.content().hasEntity()) {
            return Optional.of(new byte[0]);
        }
        try (InputStream in = call.content().inputStream()) {
            byte[] body = in.readNBytes(maxBody + 1);
            return body.length > maxBody ? Optional.empty() : Optional.of(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long announcedLength(ServerRequest call) {
        String length = call.headers().value(HeaderNames.CONTENT_LENGTH).orElse("0");
        return length.matches("[0-9]{1,18}") ? Long.parseLong(length) : Long.MAX_VALUE;
    }

    private static String url(ServerRequest call) {
        String path = call.path().absolute().rawPath();
        String query = call.query().rawValue();
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static Map<String, List<String>> headers(ServerRequest call) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Header header : call.headers()) {
            headers.computeIfAbsent(header.headerName().lowerCase(), name -> new ArrayList<>())
                    .addAll(header.allValues());
        }
        return headers;
    }

    private static void send(ServerResponse answer, Response response) {
        answer.status(response.status())
                .header(HeaderNames.CONTENT_TYPE, response.contentType())
                .send(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(ServerResponse answer, int status, String message) {
        answer.status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(JsonWriter.write(new Json.Obj(Map.of("message", new Json.Str(message))))
                        .getBytes(StandardCharsets.UTF_8));
    }
}
