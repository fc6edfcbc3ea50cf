package dev.webhookdb.trace;

import java.util.Optional;
import java.util.function.Consumer;

/** What some work belongs to. Immutable. */
public final class Trace {
    /** Of which nothing is told, because no traces are wanted. */
    static final Trace NONE = new Trace(null, null, false);

    private final TraceIds ids; // null where no traces are wanted
    private final Consumer<FinishedSpan> sink; // null unless the trace is kept
    private final boolean rooted;

    /**
     * @param sink null unless it is kept
     * @param rooted whether its first span has the id that was derived for it, and others descend from that
     */
    Trace(TraceIds ids, Consumer<FinishedSpan> sink, boolean rooted) {
        this.ids = ids;
        this.sink = sink;
        this.rooted = rooted;
    }

    /** Returns its id, 32 hexadecimal digits; empty if no traces are wanted. */
    public Optional<String> id() {
        return ids == null ? Optional.empty() : Optional.of(ids.trace());
    }

    /** Begins a span. Lines that this thread writes to the log carry its ids until it is closed. */
    public Span span(String name, SpanKind kind) {
        return ids == null
                ? Span.NONE
                : new Span(sink, ids.trace(), TraceIds.span(), parent(), name, kind, System.nanoTime(), true);
    }

    /**
     * Returns a span that began before, which no line of the log tells of.
     *
     * @param begun by {@link System#nanoTime}
     */
    public Span past(String name, SpanKind kind, long begun) {
        return ids == null
                ? Span.NONE
                : new Span(sink, ids.trace(), TraceIds.span(), parent(), name, kind, begun, false);
    }

    /** Returns the first span, from which the others descend: the same. */
    public Span root(String name, SpanKind kind, long begun) {
        return ids == null
                ? Span.NONE
                : new Span(sink, ids.trace(), ids.root(), Optional.empty(), name, kind, begun, false);
    }

    private Optional<String> parent() {
        return rooted ? Optional.of(ids.root()) : Optional.empty();
    }
}
