package dev.webhookdb.store;

/** Something that no table can take; the message says why. */
public final class UnstorableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnstorableException(String message) {
        super(message);
    }
}
