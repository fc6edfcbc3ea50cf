package dev.webhookdb.ingest;

import dev.webhookdb.ingest.Rejections.Keeping;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.UnverifiableException;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.observe.IngestMetrics;
import dev.webhookdb.observe.IngestMetrics.Outcome;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.trace.Tracing;
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
import java.util.function.Function;
import java.util.regex.Pattern;
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
    /** Bytes of a body that are kept when not all of it is. */
    private static final int CUT = 1 << 10;

    /** What a header takes besides its value. */
    private static final int FIELD = 64;

    /** What nobody can have made is not worth asking the database, or remembering. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Function<String, Optional<Endpoint>> endpoints;
    private final Verification verification;
    private final RequestLog log;
    private final MemoryBudget memory;
    private final Rejections rejections;
    private final Clock clock;
    private final String publicUrl;
    private final int maxBody;
    private final Versions versions;
    private final IngestMetrics metrics;
    private final Tracing tracing;

    /** Notices at which version of their provider's API genuine webhooks are written. */
    @FunctionalInterface
    public interface Versions {
        /** Returns what a webhook with such a body says of it, if anything. */
        Optional<String> noticed(Endpoint endpoint, Request request, byte[] body);
    }

    /**
     * @param endpoints finds them by what providers call; throws a DatabaseException if it cannot be known whether there is one
     * @param memory is charged for a request until it is committed
     * @param publicUrl what providers call, without a path; signatures may cover it
     * @param maxBody the size, in bytes, above which a body is refused
     * @param rejectedPerHour bytes of rejected requests that are kept of each endpoint
     * @param tracing told what was done with requests, but for those to endpoints that there are not
     */
    public Receiver(
            Function<String, Optional<Endpoint>> endpoints,
            Verification verification,
            RequestLog log,
            MemoryBudget memory,
            Clock clock,
            URI publicUrl,
            long maxBody,
            long rejectedPerHour,
            Versions versions,
            IngestMetrics metrics,
            Tracing tracing) {
        this.tracing = tracing;
        this.endpoints = endpoints;
        this.metrics = metrics;
        this.versions = versions;
        this.verification = verification;
        this.log = log;
        this.memory = memory;
        this.rejections = new Rejections(clock, rejectedPerHour);
        this.clock = clock;
        this.publicUrl = publicUrl.toString();
        if (maxBody > memory.capacity() / 2) {
            LOG.warn(
                    "ingest.max-body is more than a webhook may take of this host's memory: at most {} bytes are received. A larger heap (-Xmx in WEBHOOKDB_JAVA_OPTS) takes more.",
                    memory.capacity() / 2);
        }
        this.maxBody = Math.toIntExact(Math.min(maxBody, memory.capacity() / 2));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(PATH + "/{id}", this::receive).any(PATH + "/{id}/*", this::receive);
    }

    /** What is refused is refused before the first byte of its body is read, or asked for. */
    private void receive(ServerRequest call, ServerResponse answer) {
        long begun = System.nanoTime();
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = ReceiveSteps.told(tracing, call, answer, () -> received(call, answer));
        } finally {
            metrics.received(outcome, System.nanoTime() - begun);
        }
    }

    private Outcome received(ServerRequest call, ServerResponse answer) {
        try {
            Optional<Endpoint> endpoint = Optional.of(
                            call.path().pathParameters().get("id"))
                    .filter(id -> ID.matcher(id).matches())
                    .flatMap(endpoints);
            if (endpoint.isEmpty()) {
                refuse(answer, 404, "There is no such endpoint, or its organization is closed.");
                return Outcome.UNKNOWN;
            }
            ReceiveSteps.to(endpoint.get());
            return receive(endpoint.get(), call, answer);
        } catch (UnavailableException | MissingConnectorException | UnverifiableException | DatabaseException e) {
            LOG.warn("A webhook was answered with 503: {}", e.getMessage());
            answer.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
            refuse(answer, 503, "Try again later.");
            return Outcome.UNAVAILABLE;
        }
    }

    private Outcome receive(Endpoint endpoint, ServerRequest call, ServerResponse answer) {
        MemoryBudget.Charge charge = memory.tryCharge(2 * sizeOfHead(call))
                .orElseThrow(() -> new UnavailableException("More is being received than fits into memory.", null));
        try {
            Optional<Body> body = body(call, charge);
            if (body.isEmpty()) {
                refuse(answer, 413, "The body is larger than %d bytes.".formatted(maxBody));
                return Outcome.TOO_LARGE;
            }
            return decide(endpoint, call, body.get(), charge, answer);
        } finally {
            // unless the log took it over
            charge.close();
        }
    }

    private Outcome decide(
            Endpoint endpoint, ServerRequest call, Body body, MemoryBudget.Charge charge, ServerResponse answer) {
        String url = url(call);
        Request request = Request.of(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                call.prologue().method().text(),
                publicUrl + url,
                headers(call),
                body.bytes());
        return switch (verdict(endpoint, request, url, body, charge)) {
            case Verdict.Accept(Optional<Response> own) -> {
                LogEntry entry = LogEntry.of(endpoint, request, url, body, LogEntry.Verdict.ACCEPTED, Optional.empty());
                log.append(entry.at(versions.noticed(endpoint, request, body.bytes())), charge);
                send(answer, own.orElse(OK));
                yield Outcome.ACCEPTED;
            }
            case Verdict.Answer(Response own) -> {
                log.append(
                        LogEntry.of(endpoint, request, url, body, LogEntry.Verdict.ANSWERED, Optional.empty()), charge);
                send(answer, own);
                yield Outcome.ANSWERED;
            }
            case Verdict.Reject(String reason) -> {
                reject(
                        LogEntry.of(endpoint, request, url, body, LogEntry.Verdict.REJECTED, Optional.of(reason)),
                        reason,
                        charge);
                answer.header(REJECTED_REASON, reason.replaceAll("[^\\x20-\\x7e]", "?"));
                refuse(answer, 401, reason);
                yield Outcome.REJECTED;
            }
        };
    }

    /** What waits for a setting is kept as if it had been rejected, because that is what is verified again when it is supplied. */
    private Verdict verdict(Endpoint endpoint, Request request, String url, Body body, MemoryBudget.Charge charge) {
        long begun = System.nanoTime();
        try {
            return verification.verify(endpoint, request);
        } catch (UnverifiableException e) {
            if (e.waitsForSettings()) {
                Optional<String> reason = Optional.of(e.getMessage());
                reject(
                        LogEntry.of(endpoint, request, url, body, LogEntry.Verdict.REJECTED, reason),
                        e.getMessage(),
                        charge);
            }
            throw e;
        } finally {
            metrics.verified(System.nanoTime() - begun);
            ReceiveSteps.verified(begun);
        }
    }

    private void reject(LogEntry entry, String reason, MemoryBudget.Charge charge) {
        long head = entry.size() - (long) entry.body().length() + CUT;
        switch (rejections.keep(entry.endpoint().id(), entry.size(), head)) {
            case Keeping.Whole() -> log.append(entry, charge);
            case Keeping.Head(long dropped) ->
                log.append(
                        entry.cut(
                                CUT,
                                "%s Only the beginning of this request is kept, so it cannot be verified again: more were rejected within the hour than ingest.rejected-per-hour allows%s."
                                        .formatted(
                                                reason,
                                                dropped == 0 ? "" : "; %d before it were not kept".formatted(dropped))),
                        charge);
            case Keeping.Nothing() ->
                LOG.debug(
                        "A rejected request to {} is not kept", entry.endpoint().opaqueId());
        }
    }

    /** Reads the body; empty if it is too large, which a length in the header tells before the first byte is read. */
    private Optional<Body> body(ServerRequest call, MemoryBudget.Charge charge) {
        long announced = call.headers().contentLength().orElse(-1);
        if (announced > maxBody) {
            return Optional.empty();
        }
        if (!call.content().hasEntity()) {
            return Optional.of(Body.of(new byte[0]));
        }
        try (InputStream in = call.content().inputStream()) {
            return Body.read(in, maxBody, announced, charge);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long sizeOfHead(ServerRequest call) {
        long size = call.prologue().uriPath().rawPath().length();
        for (Header header : call.headers()) {
            size += header.values().length() + FIELD;
        }
        return size;
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
