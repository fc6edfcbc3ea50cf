package dev.webhookdb.queue;

/** Is told what happens in a queue, once the transaction is committed in which it does; called by many threads, and quick. */
public interface QueueListener {
    /** Hears nothing. */
    QueueListener NONE = (queue, event, rows) -> {};

    /** What can happen. */
    enum Event {
        CLAIMED,
        SUCCEEDED,
        RETRIED,
        PARKED,
        EXPIRED,
        DIED
    }

    /**
     * Something happened.
     *
     * @param queue the table's name
     * @param rows to how many rows, at least 1
     */
    void happened(String queue, Event event, long rows);
}
