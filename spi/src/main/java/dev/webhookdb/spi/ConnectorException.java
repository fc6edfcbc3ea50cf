package dev.webhookdb.spi;

/**
 * A failure that a connector, or the platform on its behalf, can explain.
 *
 * <p>Any other exception that leaves a connector counts as a defect of the connector ({@link Reason#UNEXPECTED}), except an
 * {@link java.io.IOException}, which is {@link Reason#TRANSIENT}.
 */
public final class ConnectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who has to act. */
    public enum Reason {
        /** Nobody: it may work later. The platform retries with back-off. */
        TRANSIENT,
        /** The operator: a setting is missing, wrong, expired, or lacks a permission. */
        SETTINGS,
        /**
         * The operator, as with {@link #SETTINGS}, where something is listed: the account, or an address, is another. Where {@link
         * Item.Fetch one resource} is fetched, nobody: it is gone.
         */
        GONE,
        /** The connector's author: the provider sent, or refused, something the connector did not expect. */
        UNEXPECTED
    }

    private final Reason reason;

    /**
     * Creates a failure.
     *
     * @param message a sentence for the person who has to act, without secrets
     */
    public ConnectorException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Returns who has to act. */
    public Reason reason() {
        return reason;
    }
}
