package dev.webhookdb.trace;

import java.util.Map;
import java.util.Optional;

/**
 * A span that is over.
 *
 * @param parent the id of the span that it is a part of; empty for the first of its trace
 * @param begun nanoseconds since 1970
 * @param ended nanoseconds since 1970
 * @param attributes texts and whole numbers
 * @param error what kind of failure it ended with
 * @param link another system's span that led to it, as {@code traceparent} writes it
 */
record FinishedSpan(
        String trace,
        String id,
        Optional<String> parent,
        String name,
        SpanKind kind,
        long begun,
        long ended,
        Map<String, Object> attributes,
        Optional<String> error,
        Optional<String> link) {}
