package dev.webhookdb.query;

/** Strangers run as many statements as they may at a time; a moment later there is room again. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException() {
        super("Too many public queries are running. Try again in a moment.");
    }
}
