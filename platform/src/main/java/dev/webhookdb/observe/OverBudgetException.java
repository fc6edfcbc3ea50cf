package dev.webhookdb.observe;

/** Something that does not fit into memory, now or ever. The message is a sentence. */
public final class OverBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean everTooLarge;

    OverBudgetException(boolean everTooLarge, String message) {
        super(message);
        this.everTooLarge = everTooLarge;
    }

    /** Returns whether waiting is of no use, because it is more than the whole budget. */
    public boolean everTooLarge() {
        return everTooLarge;
    }
}
