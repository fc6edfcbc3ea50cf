package dev.webhookdb.event;

/** Events after a number are not kept any more, or never were: whoever wants to be complete reads the tables, and goes on from now. */
public final class LostEventsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long keptAfter;

    LostEventsException(long after, long keptAfter) {
        super("Events after %d are not kept any more: those after %d are.".formatted(after, keptAfter));
        this.keptAfter = keptAfter;
    }

    /** Returns the number after which no event is missing. */
    public long keptAfter() {
        return keptAfter;
    }
}
