package dev.webhookdb.account;

/** A refused request about an organization; the message is a sentence for the person who made it. */
public final class OrganizationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** The name has no usable characters, or too many. */
        INVALID_NAME,
        /** Another organization has that name. */
        NAME_TAKEN
    }

    private final Kind kind;

    OrganizationException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns what is wrong. */
    public Kind kind() {
        return kind;
    }
}
