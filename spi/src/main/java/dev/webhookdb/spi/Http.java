package dev.webhookdb.spi;

import java.io.IOException;
import java.util.Optional;

/** The platform's HTTP client, as connectors see it. */
public interface Http {
    /**
     * Starts a request.
     *
     * @param url absolute, without a query
     */
    Call get(String url);

    /** A request being built; for use by one thread. */
    interface Call {
        /** Adds a query parameter, which the platform encodes. */
        Call query(String name, String value);

        /** Adds a header. */
        Call header(String name, String value);

        /** Authorizes with a bearer token. */
        Call bearer(Secret token);

        /** Authorizes with a user name and a password. */
        Call basic(String user, Secret password);

        /**
         * Sends the request.
         *
         * @throws ConnectorException for 401 and 403 ({@code SETTINGS}) and any other 4xx but 429 ({@code UNEXPECTED})
         * @throws IOException if no good answer came in spite of the platform's retries
         */
        Answer send() throws IOException, InterruptedException;
    }

    /** A successful answer. */
    interface Answer {
        /** Returns the body. */
        Json json();

        /** Returns the first value of a header. */
        Optional<String> header(String name);
    }
}
