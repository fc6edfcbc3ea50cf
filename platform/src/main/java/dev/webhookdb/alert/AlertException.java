package dev.webhookdb.alert;

/** A refused error handler; the message is a sentence for the person who named it. */
public final class AlertException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AlertException(String message) {
        super(message);
    }
}
