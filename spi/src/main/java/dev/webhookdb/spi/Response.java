package dev.webhookdb.spi;

/** An answer that a provider expects in place of the platform's own. */
public final class Response {
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
     * @param body sent as UTF-8
     */
    public static Response of(int status, String contentType, String body) {
        if (status < 200 || status > 299) {
            throw new IllegalArgumentException(
                    "An answer to an accepted webhook has a status from 200 to 299, not " + status);
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
