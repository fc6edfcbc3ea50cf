package dev.webhookdb.apply;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.store.State;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import dev.webhookdb.trace.Trace;
import dev.webhookdb.trace.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is done with deliveries that are stored together, told as a span for each of them. The log's lines carry the ids of a delivery that
 * is alone: those about several are about none in particular. For one thread.
 */
final class ApplySteps implements AutoCloseable {
    private final Tracing tracing;
    private final Map<Long, Span> open = new HashMap<>();

    ApplySteps(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Notes that it is begun to store deliveries. */
    void begin(Endpoint endpoint, List<Delivery> deliveries) {
        if (!tracing.isOn()) {
            return;
        }
        long begun = System.nanoTime();
        Instant now = Instant.now();
        for (Delivery delivery : deliveries) {
            Trace trace = tracing.webhook(delivery.webhookId());
            Span span = deliveries.size() == 1
                    ? trace.span("webhook apply", SpanKind.INTERNAL)
                    : trace.past("webhook apply", SpanKind.INTERNAL, begun);
            open.put(
                    delivery.webhookId(),
                    span.with("webhookdb.organization", endpoint.organizationId())
                            .with("webhookdb.endpoint", endpoint.opaqueId())
                            .with("webhookdb.webhook_id", delivery.webhookId())
                            .with("webhookdb.origin", delivery.origin().label())
                            .with("webhookdb.attempt", delivery.attempts() + 1L)
                            .with("webhookdb.batch_size", deliveries.size())
                            .with(
                                    "webhookdb.waited_ms",
                                    Duration.between(delivery.request().receivedAt(), now)
                                            .toMillis()));
        }
    }

    /**
     * Notes that states of a batch were stored in a table, together.
     *
     * @param from when that began, by {@link System#nanoTime}
     */
    void upserted(String table, List<Delivery> batch, List<State> states, long from, boolean succeeded) {
        if (open.isEmpty()) {
            return;
        }
        for (int position : states.stream().mapToInt(State::source).distinct().toArray()) {
            Span span = open.get(batch.get(position).webhookId());
            if (span != null) {
                Span part = span.part("upsert " + table, from)
                        .with("db.system.name", "postgresql")
                        .with("db.operation.name", "upsert")
                        .with("webhookdb.table", table)
                        .with("webhookdb.batch_size", states.size());
                (succeeded ? part : part.failed("not_stored")).close();
            }
        }
    }

    /** Notes what became of deliveries. */
    void settled(List<DeliveryResult> results) {
        for (DeliveryResult result : results) {
            Span span = open.remove(result.delivery().webhookId());
            if (span != null) {
                told(span, result.outcome()).close();
            }
        }
    }

    /** Notes what became of a delivery. */
    static Span told(Span span, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> span.with("webhookdb.outcome", "stored");
            case Outcome.Fetching() -> span.with("webhookdb.outcome", "fetching");
            case Outcome.Ignored(var reason) -> span.with("webhookdb.outcome", "ignored");
            case Outcome.Failed(var reason) ->
                span.with("webhookdb.outcome", "failed").failed("failed");
            case Outcome.Retry(var reason, var delay, var counts) ->
                span.with("webhookdb.outcome", "retry").failed("retry");
        };
    }

    /** Ends the spans of deliveries of which nothing could be written down, and which come again. */
    @Override
    public void close() {
        new ArrayList<>(open.values()).forEach(span -> span.failed("unsettled").close());
        open.clear();
    }
}
