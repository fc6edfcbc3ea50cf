package dev.webhookdb.trace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings spans to a collector. For one thread at a time. */
interface SpanSender extends AutoCloseable {
    /** How long it may take to bring some spans. */
    Duration LIMIT = Duration.ofSeconds(5);

    /**
     * Brings some spans, and returns why that did not succeed, if it did not.
     *
     * @param patience for how long it may be waited, at most {@link #LIMIT}
     */
    Optional<String> send(List<FinishedSpan> spans, Duration patience);

    @Override
    void close();
}
