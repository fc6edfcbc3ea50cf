package dev.webhookdb.alert;

/** A refused error handler; the message is a sentence for the person who named it. */
public final class ErrorHandlerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ErrorHandlerException(String message) {
        super(message);
    }
}
