package dev.webhookdb.trace;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Something that is done, and takes its time. For one thread at a time.
 *
 * <p>Attributes go to whomever the operator chose: never a body, a header's value, a key, or a query string.
 */
public final class Span implements AutoCloseable {
    /** The name of a trace's id in log lines. */
    static final String TRACE_ID = "trace_id";

    /** The name of a span's id in log lines. */
    static final String SPAN_ID = "span_id";

    /** Does nothing, because no traces are wanted. */
    static final Span NONE = new Span(null, "", "", Optional.empty(), "", SpanKind.INTERNAL, 0, false);

    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private final Consumer<FinishedSpan> sink; // null unless the span is kept
    private final String trace;
    private final String id;
    private final Optional<String> parent;
    private final String name;
    private final SpanKind kind;
    private final long begun;
    private final boolean inLog;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private Optional<String> error = Optional.empty();
    private Optional<String> link = Optional.empty();
    private final String outerTrace; // null where lines carried none before
    private final String outerSpan; // likewise

    /**
     * Begins a span.
     *
     * @param sink takes it when it is over; null if it is not kept
     * @param begun by {@link System#nanoTime}
     * @param inLog whether this thread's lines carry its ids until it is over
     */
    Span(
            Consumer<FinishedSpan> sink,
            String trace,
            String id,
            Optional<String> parent,
            String name,
            SpanKind kind,
            long begun,
            boolean inLog) {
        this.sink = sink;
        this.trace = trace;
        this.id = id;
        this.parent = parent;
        this.name = name;
        this.kind = kind;
        this.begun = begun;
        this.inLog = inLog;
        this.outerTrace = inLog ? MDC.get(TRACE_ID) : null;
        this.outerSpan = inLog ? MDC.get(SPAN_ID) : null;
        if (inLog) {
            MDC.put(TRACE_ID, trace);
            MDC.put(SPAN_ID, id);
        }
    }

    /** Notes something about it. */
    public Span with(String key, String value) {
        return noted(key, value);
    }

    /** Notes something about it. */
    public Span with(String key, long value) {
        return noted(key, value);
    }

    private Span noted(String key, Object value) {
        if (sink != null) {
            attributes.put(key, value);
        }
        return this;
    }

    /**
     * Notes that it failed.
     *
     * @param type one of few: a status, or the name of what went wrong; no message, because those quote data
     */
    public Span failed(String type) {
        if (sink != null) {
            error = Optional.of(type);
            attributes.put("error.type", type);
        }
        return this;
    }

    /**
     * Notes the span of a stranger that led to it.
     *
     * @param traceparent the header's value; anything else than one is left out
     */
    public Span linkedTo(String traceparent) {
        if (sink != null && TRACEPARENT.matcher(traceparent).matches()) {
            link = Optional.of(traceparent);
        }
        return this;
    }

    /**
     * Notes a part of it that is over.
     *
     * @param from when that began, and
     * @param until when it ended, by {@link System#nanoTime}
     */
    public Span part(String partName, long from, long until) {
        if (sink != null) {
            part(partName, from).end(until);
        }
        return this;
    }

    /** Returns a part of it, which is to be ended; lines of the log do not carry its ids. */
    public Span part(String partName, long from) {
        return this == NONE
                ? NONE
                : new Span(sink, trace, TraceIds.span(), Optional.of(id), partName, SpanKind.INTERNAL, from, false);
    }

    /** Returns the value of the header {@code traceparent} for requests that it makes; empty if no traces are wanted. */
    public Optional<String> traceparent() {
        return this == NONE
                ? Optional.empty()
                : Optional.of("00-%s-%s-%s".formatted(trace, id, sink == null ? "00" : "01"));
    }

    /** Ends now. */
    @Override
    public void close() {
        if (this != NONE) {
            end(System.nanoTime());
        }
    }

    /** Ends at a time, by {@link System#nanoTime}. */
    public void end(long ended) {
        if (inLog) {
            restore(TRACE_ID, outerTrace);
            restore(SPAN_ID, outerSpan);
        }
        if (sink != null) {
            long offset = epochNanos() - System.nanoTime();
            sink.accept(new FinishedSpan(
                    trace,
                    id,
                    parent,
                    name,
                    kind,
                    begun + offset,
                    ended + offset,
                    Map.copyOf(attributes),
                    error,
                    link));
        }
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private static void restore(String key, String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
