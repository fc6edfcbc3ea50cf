package dev.webhookdb.crypto;

/** The encryption key cannot be used; the message is a sentence for the operator. */
public final class VaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
