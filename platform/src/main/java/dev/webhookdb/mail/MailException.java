package dev.webhookdb.mail;

/** A message that was not sent; the message is a sentence for the operator, without secrets. */
final class MailException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    MailException(String message, boolean permanent, Throwable cause) {
        super(message, cause);
        this.permanent = permanent;
    }

    /** Returns whether it is no use to try again. */
    boolean permanent() {
        return permanent;
    }
}
