package dev.webhookdb.ingest;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.observe.IngestMetrics.Outcome;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import dev.webhookdb.trace.Trace;
import dev.webhookdb.trace.Tracing;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What is done with a request, and when, by {@link System#nanoTime}: told at its end, because only then it is known which webhook it became.
 * One that became none has a trace of its own. Those who do something note it, without handing this on from one to the other; where no traces
 * are wanted, there is nothing to note it in. For one thread.
 */
final class ReceiveSteps {
    private static final ScopedValue<ReceiveSteps> CURRENT = ScopedValue.newInstance();
    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
    private static final long NONE = -1;

    private final long begun = System.nanoTime();
    private Endpoint endpoint; // null until it is known
    private long verifying;
    private long verified;
    private long committing;
    private long committed;
    private long webhook = NONE;

    private ReceiveSteps() {}

    /** Receives a request, and tells what was done with it. */
    static Outcome told(Tracing tracing, ServerRequest call, ServerResponse answer, Supplier<Outcome> receiving) {
        if (!tracing.isOn()) {
            return receiving.get();
        }
        var steps = new ReceiveSteps();
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = ScopedValue.where(CURRENT, steps).call(receiving::get);
            return outcome;
        } finally {
            steps.tell(tracing, outcome, call, answer);
        }
    }

    /** Notes to whom the request goes. */
    static void to(Endpoint found) {
        if (CURRENT.isBound()) {
            CURRENT.get().endpoint = found;
        }
    }

    /** Notes that it was verified, or could not be. */
    static void verified(long from) {
        if (CURRENT.isBound()) {
            CURRENT.get().verifying = from;
            CURRENT.get().verified = System.nanoTime();
        }
    }

    /**
     * Notes that it was committed.
     *
     * @param number of the webhook in the log
     */
    static void committed(long number, long from) {
        if (CURRENT.isBound()) {
            CURRENT.get().webhook = number;
            CURRENT.get().committing = from;
            CURRENT.get().committed = System.nanoTime();
        }
    }

    /** Requests to endpoints that there are not are somebody's scan, and no webhooks. */
    private void tell(Tracing tracing, Outcome outcome, ServerRequest call, ServerResponse answer) {
        if (!tracing.isOn() || endpoint == null) {
            return;
        }
        Trace trace = webhook == NONE ? tracing.fresh() : tracing.webhook(webhook);
        Span span = trace.root("webhook receive", SpanKind.SERVER, begun)
                .with("http.request.method", call.prologue().method().text())
                .with("http.route", Receiver.PATH + "/{id}")
                .with("http.response.status_code", answer.status().code())
                .with("webhookdb.organization", endpoint.organizationId())
                .with("webhookdb.endpoint", endpoint.opaqueId())
                .with(
                        "webhookdb.service",
                        endpoint.integrations().stream()
                                .map(Integration::service)
                                .collect(Collectors.joining(",")))
                .with("webhookdb.outcome", outcome.name().toLowerCase(Locale.ROOT));
        call.headers().first(TRACEPARENT).ifPresent(span::linkedTo);
        if (verified != 0) {
            span.part("verify", verifying, verified);
        }
        if (webhook != NONE) {
            span.with("webhookdb.webhook_id", webhook).part("commit", committing, committed);
        }
        switch (outcome) {
            case ACCEPTED, ANSWERED, REJECTED, UNKNOWN, TOO_LARGE -> {}
            case UNAVAILABLE, FAILED -> span.failed(outcome.name().toLowerCase(Locale.ROOT));
        }
        span.close();
    }
}
