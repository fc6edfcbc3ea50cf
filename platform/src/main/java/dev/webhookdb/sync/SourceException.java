package dev.webhookdb.sync;

/** Why nothing more can be read: a sentence. */
final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    SourceException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
