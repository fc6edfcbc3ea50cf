package dev.webhookdb.connector;

/** A call into a connector that did not succeed. Its message is a sentence without secrets and without a stack trace. */
public final class ConnectorFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who has to act. */
    public enum Kind {
        /** Nobody: it may work later. Try again with back-off. */
        TRANSIENT,
        /** The operator: a setting is missing, wrong, expired, or lacks a permission. */
        SETTINGS,
        /** The connector's author: trying again will not help until the connector, or what the provider sends, is another. */
        DEFECT,
        /**
         * The operator: the connector was not called, because earlier calls of the same kind do not return or took the host's memory.
         * Nothing is wrong with what was to be done; it waits.
         */
        SUSPENDED,
        /** The connector's author: the call did not return, or took the host's memory. Doing it again would do more harm. */
        HARMFUL
    }

    /** Beyond any sentence: what a connector throws may be as long as it likes. */
    private static final int LONGEST = 2_000;

    private final Kind kind;
    private final boolean refusal;

    /** Creates a failure because the provider does not have what was asked for, or does not want to be asked so. */
    static ConnectorFailure refusal(Kind kind, String message) {
        return new ConnectorFailure(kind, message, true);
    }

    /**
     * Creates a failure. It carries no cause: exceptions of a connector do not leave its {@link Guard}, which logs them.
     *
     * @param message a sentence for the person who has to act
     */
    public ConnectorFailure(Kind kind, String message) {
        this(kind, message, false);
    }

    private ConnectorFailure(Kind kind, String message, boolean refusal) {
        super(message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message);
        this.kind = kind;
        this.refusal = refusal;
    }

    /** Returns whether the provider refused what was asked for, and may answer when it is asked for something else. */
    public boolean isRefusal() {
        return refusal;
    }

    /** Returns who has to act. */
    public Kind kind() {
        return kind;
    }
}
