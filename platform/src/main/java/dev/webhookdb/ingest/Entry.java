package dev.webhookdb.ingest;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Request;
import java.util.Optional;

/**
 * A request to be logged.
 *
 * @param url path and query, as called
 * @param body the bytes that {@code request} holds
 * @param reason why it was rejected; empty otherwise
 */
record Entry(Endpoint endpoint, Request request, String url, byte[] body, Verdict verdict, Optional<String> reason) {
    /** What was decided about a request, with its code in the log. */
    enum Verdict {
        ACCEPTED,
        REJECTED,
        ANSWERED;

        short code() {
            return (short) ordinal();
        }
    }

    /** Bytes it takes up in memory, about. */
    int size() {
        return body.length + 1024;
    }
}
