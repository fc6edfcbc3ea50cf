package dev.webhookdb.trace;

/** Which side of a call a span is. */
public enum SpanKind {
    /** Answers a request. */
    SERVER,
    /** Makes one. */
    CLIENT,
    /** Neither. */
    INTERNAL
}
