package dev.webhookdb.spi.destination;

/**
 * What is to be done with a table when a session begins with it.
 *
 * @param position where a copy begins that has no position of this owner yet
 * @param afresh whether what is there, and its position, is to be removed first
 */
public record Start(long position, boolean afresh) {
    /** Returns what goes on with what is there. */
    public static Start at(long position) {
        return new Start(position, false);
    }

    /** Returns what begins with an empty table. */
    public static Start empty() {
        return new Start(0, true);
    }
}
