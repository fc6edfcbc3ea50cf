package dev.webhookdb.integration;

/**
 * Nobody can say whether a request is genuine, which is not the sender's fault: he is asked to send it again later.
 */
public final class UnverifiableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean waiting;

    UnverifiableException(String message, boolean waiting) {
        super(message);
        this.waiting = waiting;
    }

    /**
     * Returns whether a setting is missing or wrong. The request is then worth keeping: it is verified again as soon as the setting is
     * supplied, whether or not the sender sends it again.
     */
    public boolean waitsForSettings() {
        return waiting;
    }
}
