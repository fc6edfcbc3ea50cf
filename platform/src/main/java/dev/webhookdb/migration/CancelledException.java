package dev.webhookdb.migration;

/** The organization is to stay where it is, after all. */
final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
        super("The migration was cancelled.");
    }
}
