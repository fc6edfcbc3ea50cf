package dev.webhookdb.migration;

/** Another host has taken the move over, because this one said nothing for too long. */
final class LostMigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostMigrationException() {
        super("Another host has taken the migration over.");
    }
}
