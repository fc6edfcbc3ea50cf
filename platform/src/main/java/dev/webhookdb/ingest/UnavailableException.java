package dev.webhookdb.ingest;

/** A request that could not be logged now; the provider is asked to send it again. */
final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean away;

    UnavailableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private UnavailableException(String message, Throwable cause, boolean away) {
        super(message, cause);
        this.away = away;
    }

    /** One because the database is away, full or too slow, so that another place may take the request. */
    static UnavailableException away(String message, Throwable cause) {
        return new UnavailableException(message, cause, true);
    }

    boolean isAway() {
        return away;
    }
}
