package dev.webhookdb.query;

/** A view cannot be made or removed; the message is a sentence for the person who asked for it. */
public final class ViewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ViewException(String message) {
        super(message);
    }

    ViewException(String message, Throwable cause) {
        super(message, cause);
    }
}
