package dev.webhookdb.sync;

/** A sync target cannot be as somebody wanted it. The message is a sentence for that person. */
public final class SyncException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Field field;

    /** Says why what a field says cannot be. */
    public SyncException(Field field, String message) {
        super(message);
        this.field = field;
    }

    /** What was wrong. */
    public enum Field {
        INTEGRATION,
        URL,
        USER,
        PASSWORD,
        SECRET,
        PERIOD,
        PAGE_SIZE,
        TIMEOUT,
        SCHEMA,
        TABLE,
        STATUS,
        /** Nothing in particular: there are as many as there can be, or it is not there any more. */
        NUMBER
    }

    /** Returns what was wrong. */
    public Field field() {
        return field;
    }
}
