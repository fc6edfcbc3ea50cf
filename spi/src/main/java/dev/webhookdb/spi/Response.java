package dev.webhookdb.spi;

import java.util.regex.Pattern;

/** An answer that a provider expects in place of the platform's own. */
public final class Response {
    /** RFC 9110, section 8.3: printable characters on one line. */
    private static final Pattern CONTENT_TYPE = Pattern.compile("[\\x20-\\x7e]{1,200}");

    private final int status;
    private final String contentType;
    private final String body;

    private Response(int status, String contentType, String body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /**
     * Describes an answer.
     *
     * @param status 200 to 299
     * @param contentType printable ASCII on one line, at most 200 characters
     * @param body sent as UTF-8, at most 64 KiB; empty with the statuses 204 and 205, which have none
     * @throws IllegalArgumentException if it could not be sent so
     */
    public static Response of(int status, String contentType, String body) {
        if (status < 200 || status > 299) {
            throw new IllegalArgumentException(
                    "An answer to an accepted webhook has a status from 200 to 299, not " + status);
        }
        if ((status == 204 || status == 205) && !body.isEmpty()) {
            throw new IllegalArgumentException("An answer with the status %d has no body".formatted(status));
        }
        if (!CONTENT_TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException(
                    "The content type of an answer is printable ASCII on one line, at most 200 characters");
        }
        return new Response(status, contentType, body);
    }

    /** Returns the status, 200 to 299. */
    public int status() {
        return status;
    }

    /** Returns the value of the header {@code Content-Type}. */
    public String contentType() {
        return contentType;
    }

    /** Returns the body's text. */
    public String body() {
        return body;
    }
}
