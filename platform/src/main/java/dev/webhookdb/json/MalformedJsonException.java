package dev.webhookdb.json;

/** Text that is not JSON. The message says where it stops being JSON, and quotes nothing of it. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
