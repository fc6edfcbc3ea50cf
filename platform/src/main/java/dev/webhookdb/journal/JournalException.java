package dev.webhookdb.journal;

/** Something could not be written to a journal, or read from one; the message is a sentence for the operator. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
