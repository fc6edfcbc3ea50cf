package dev.webhookdb.store;

/** What became of a row that is to be erased. */
public enum Erased {
    /** There is no such row. */
    UNKNOWN,
    /** Nothing but its key is left. */
    NOW,
    /** It was erased before. */
    BEFORE
}
