package dev.webhookdb.schema;

/**
 * Where a state comes from, which tells what decides between it and another one of the same instant.
 *
 * <p>Numbers are stored; 4 is a row's whose state is one of several that webhooks brought and nothing could decide between.
 */
public enum Rank {
    /** A list, or the resource itself, was read: whoever is read later, is newer. */
    READ(0),
    /** A webhook brought it; only when it was received is known. */
    RECEIVED(1),
    /** A webhook brought it, and said when exactly it was triggered. */
    TRIGGERED(2),
    /** It stood in the provider's list of events, which has an order of its own. */
    LISTED_EVENT(3);

    private final short number;

    Rank(int number) {
        this.number = (short) number;
    }

    /** Returns what is stored. */
    public short number() {
        return number;
    }
}
