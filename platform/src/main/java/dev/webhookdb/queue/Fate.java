package dev.webhookdb.queue;

/** What is to become of a row that was taken. */
enum Fate {
    /** It is done. */
    DUE,
    /** It is removed. */
    EXPIRED,
    /** It killed its host too often, and is parked. */
    POISON
}
