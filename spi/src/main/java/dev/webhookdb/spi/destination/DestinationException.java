package dev.webhookdb.spi.destination;

/**
 * A failure that a destination can explain. Any other exception that leaves it counts as a defect of the destination, and is retried like
 * {@link Reason#TRANSIENT}.
 */
public final class DestinationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What follows from it. */
    public enum Reason {
        /** It may work later: it cannot be reached, is busy, ended the connection, or rolled back because of others. */
        TRANSIENT,
        /** Somebody has to change something: the password, rights, the URL, the room that is left. */
        SETTINGS,
        /** The table that is there cannot be used: it has other columns, or a second unique index. */
        TABLE,
        /**
         * Some of the rows cannot be written, and nothing of the batch was. The platform writes parts of the batch until it knows which,
         * puts those aside, and goes on.
         */
        ROWS
    }

    private final Reason reason;

    /**
     * Creates a failure.
     *
     * @param message a sentence for who has to act, without secrets
     */
    public DestinationException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Creates a failure with what caused it, which appears in the host's log only. */
    public DestinationException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns what follows from it. */
    public Reason reason() {
        return reason;
    }
}
