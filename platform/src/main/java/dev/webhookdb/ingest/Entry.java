package dev.webhookdb.ingest;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Request;
import java.util.Optional;

/**
 * A request to be logged.
 *
 * @param url path and query, as called
 * @param headers a JSON object of arrays
 * @param reason why it was rejected; empty otherwise
 */
record Entry(Endpoint endpoint, Request request, String url, String headers, Verdict verdict, Optional<String> reason) {
    private static final int OVERHEAD = 1024;

    /** Writes the headers down here, in the caller's thread, because all callers wait for the one that commits. */
    static Entry of(Endpoint endpoint, Request request, String url, Verdict verdict, Optional<String> reason) {
        return new Entry(endpoint, request, url, JsonWriter.write(request.headers()), verdict, reason);
    }

    /** What was decided about a request. */
    enum Verdict {
        ACCEPTED(0),
        REJECTED(1),
        ANSWERED(2);

        private final short code;

        Verdict(int code) {
            this.code = (short) code;
        }

        /** Returns the code in the log. */
        short code() {
            return code;
        }
    }

    /** Returns a copy of the body. */
    byte[] body() {
        byte[] body = new byte[request.body().remaining()];
        request.body().get(body);
        return body;
    }

    /** Returns how many bytes it takes up in memory, about; at most a limit, so that what is larger fits when nothing else waits. */
    int size(int limit) {
        return Math.min(request.body().remaining() + OVERHEAD, limit);
    }
}
