package dev.webhookdb.ingest;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Request;
import java.util.Arrays;
import java.util.Optional;

/**
 * A request to be logged.
 *
 * @param url path and query, as called
 * @param headers a JSON object of arrays
 * @param body of the request, or its beginning
 * @param isCut whether it is only the beginning, or may be; then the request cannot be verified again
 * @param reason why it was rejected; empty otherwise
 * @param apiVersion at which version of the provider's API it was written, if it is genuine and says so
 */
record LogEntry(
        Endpoint endpoint,
        Request request,
        String url,
        String headers,
        Body body,
        boolean isCut,
        Verdict verdict,
        Optional<String> reason,
        Optional<String> apiVersion) {
    private static final int OVERHEAD = 1024;

    /**
     * Writes the headers down here, in the caller's thread, because all callers wait for the one that commits.
     */
    static LogEntry of(
            Endpoint endpoint, Request request, String url, Body body, Verdict verdict, Optional<String> reason) {
        return new LogEntry(
                endpoint,
                request,
                url,
                JsonWriter.write(request.headers()),
                body,
                false,
                verdict,
                reason,
                Optional.empty());
    }

    /** Returns the same, written at a version of the provider's API. */
    LogEntry at(Optional<String> version) {
        return new LogEntry(endpoint, request, url, headers, body, isCut, verdict, reason, version);
    }

    /** Returns the same with the first bytes of the body only. */
    LogEntry cut(int most, String why) {
        Body beginning = Body.of(Arrays.copyOf(body.bytes(), Math.min(most, body.length())));
        return new LogEntry(endpoint, request, url, headers, beginning, true, verdict, Optional.of(why), apiVersion);
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

    /** Returns how many bytes it takes up in memory, about. */
    int size() {
        return body.length() + headers.length() + OVERHEAD;
    }
}
