package dev.webhookdb.change;

/** Changes after a position are not kept any more: whoever wants to be complete reads the table, and goes on from now. */
public final class LostPositionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostPositionException(long integrationId, long after) {
        super("Changes of integration %d after %d are not kept any more.".formatted(integrationId, after));
    }
}
