package dev.webhookdb.ingest;

/** A request that could not be logged now; the provider is asked to send it again. */
final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
