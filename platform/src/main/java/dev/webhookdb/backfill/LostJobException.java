package dev.webhookdb.backfill;

/** Another host took a job over, or somebody ended it. */
final class LostJobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostJobException() {
        super("The job is not this host's any more.");
    }
}
