package dev.webhookdb.spi;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The platform's HTTP client, as connectors see it. */
public interface Http {
    /**
     * Starts a request.
     *
     * @param url absolute, without a query; what may not stand in an address, such as a space, is encoded by the platform
     */
    Call get(String url);

    /**
     * Encodes a text that becomes one part of an address's path, whatever is in it: a slash or a question mark of an identifier would
     * otherwise ask for something else.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-3.3">RFC 3986: path</a>
     */
    static String segment(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
        // one or two dots alone would mean this place or the one above
        return encoded.matches("\\.{1,2}") ? encoded.replace(".", "%2E") : encoded;
    }

    /** A request being built; for use by one thread. */
    interface Call {
        /** Adds a query parameter, which the platform encodes. */
        Call query(String name, String value);

        /** Adds a query parameter that is a secret, for a provider that takes its key there; no log and no message shows it. */
        default Call query(String name, Secret value) {
            return query(name, value.reveal());
        }

        /** Adds a header. */
        Call header(String name, String value);

        /** Adds a header that is a secret; no log and no message shows it. */
        default Call header(String name, Secret value) {
            return header(name, value.reveal());
        }

        /** Authorizes with a bearer token. */
        Call bearer(Secret token);

        /** Authorizes with a user name and a password. */
        Call basic(String user, Secret password);

        /** Takes an answer with one of these statuses for a good one, for example 404 where a resource may be absent. */
        Call accept(int... statuses);

        /**
         * Sends the request.
         *
         * @throws ConnectorException for 401, 402, 403, and redirects, which are not followed ({@code SETTINGS}); for 404 and 410
         *     ({@code GONE}); and for any other 4xx but 408 and 429 ({@code UNEXPECTED})
         * @throws IOException if no good answer came in spite of the platform's retries, which are for 408, 429, 5xx and no answer
         */
        Answer send() throws IOException, InterruptedException;
    }

    /** A successful answer, or one with a status that the call accepts. */
    interface Answer {
        /** Returns the status. */
        int status();

        /**
         * Returns the body, which must be JSON.
         *
         * @throws IOException if it is not, for example because a proxy's HTML page came in its place; the platform retries
         */
        Json json() throws IOException;

        /** Returns the body as UTF-8 text. */
        String text();

        /** Returns the first value of a header. */
        Optional<String> header(String name);
    }
}
