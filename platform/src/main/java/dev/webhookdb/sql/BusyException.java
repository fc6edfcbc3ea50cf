package dev.webhookdb.sql;

/** As much is done for people's statements as the host does at a time; a moment later there is room again. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BusyException(String message) {
        super(message);
    }
}
