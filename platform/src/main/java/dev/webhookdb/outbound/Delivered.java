package dev.webhookdb.outbound;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What came of one attempt to deliver something to an endpoint. */
public sealed interface Delivered {
    /** Returns how long it took. */
    Duration took();

    /**
     * The endpoint answered with a status; whether it is a good one is for the caller to say.
     *
     * @param headers the first value of each
     * @param body its begin, as far as it came in time
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    record Answered(int status, Map<String, String> headers, byte[] body, Duration took) implements Delivered {
        /** Keeps a copy of the headers in which their names' case does not matter. */
        public Answered {
            Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            copy.putAll(headers);
            headers = copy;
        }

        /** Returns a header's first value. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /**
     * There was no answer.
     *
     * @param sentence for people; it names the host, and nothing of the URL that may be secret
     */
    record Unanswered(Cause cause, String sentence, Duration took) implements Delivered {}

    /** Why there was no answer. */
    enum Cause {
        /** No name server knows the name. */
        UNKNOWN_SERVER,
        /** The address may not be reached, or not without encryption. */
        FORBIDDEN,
        /** There was no connection. */
        UNREACHABLE,
        /** The time was up. */
        TIMED_OUT,
        /** The server could not prove who it is. */
        UNTRUSTED,
        /** The connection ended before an answer. */
        CUT_OFF,
        /** What came was no answer, or one that is far too large. */
        MALFORMED
    }
}
