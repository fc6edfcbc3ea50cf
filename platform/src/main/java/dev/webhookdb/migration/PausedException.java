package dev.webhookdb.migration;

/** A move goes on later; nothing is wrong with it. */
final class PausedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PausedException(String message) {
        super(message);
    }
}
