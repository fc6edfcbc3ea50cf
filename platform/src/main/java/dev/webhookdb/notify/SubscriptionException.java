package dev.webhookdb.notify;

/** A subscription cannot be as somebody wanted it. The message is a sentence for that person. */
public final class SubscriptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Field field;

    /** Says why what a field says cannot be. */
    public SubscriptionException(Field field, String message) {
        super(message);
        this.field = field;
    }

    /** What was wrong. */
    public enum Field {
        INTEGRATION,
        URL,
        SECRET,
        EVENTS,
        COLUMNS,
        CONDITION,
        ORIGINS,
        RATE,
        CONCURRENCY,
        STATUS,
        GRACE,
        /** Nothing in particular: there are as many subscriptions as there can be. */
        NUMBER
    }

    /** Returns what was wrong. */
    public Field field() {
        return field;
    }
}
