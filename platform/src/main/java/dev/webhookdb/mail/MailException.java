package dev.webhookdb.mail;

/** A message that was not sent; the message is a sentence for the operator, without secrets. */
final class MailException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean hopeless;

    MailException(String message, boolean hopeless, Throwable cause) {
        super(message, cause);
        this.hopeless = hopeless;
    }

    /** Returns whether trying again cannot help. */
    boolean hopeless() {
        return hopeless;
    }
}
