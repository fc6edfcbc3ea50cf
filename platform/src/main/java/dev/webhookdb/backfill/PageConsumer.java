package dev.webhookdb.backfill;

/** Where the pages of a run go. Safe for use by many threads. */
@FunctionalInterface
interface PageConsumer {
    /**
     * Keeps a page, and then how far its split is; returns when both are durable.
     *
     * @throws dev.webhookdb.sql.DatabaseException if a database was the problem; the page may be kept, and is to be fetched again
     * @throws LostJobException if the job is not this host's any more
     */
    void store(DecodedPage content) throws InterruptedException;
}
