package dev.webhookdb.account;

/** A refused request about people; the message is a sentence for the person who made it. */
public final class AccountException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** Something given cannot be used, or does not exist. */
        INVALID,
        /** It was tried too often; later it can be tried again. */
        TOO_OFTEN,
        /** An organization would be left without an admin. */
        LAST_ADMIN
    }

    private final Kind kind;

    AccountException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns what is wrong. */
    public Kind kind() {
        return kind;
    }
}
