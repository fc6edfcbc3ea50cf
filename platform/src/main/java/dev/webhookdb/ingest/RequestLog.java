package dev.webhookdb.ingest;

import dev.webhookdb.observe.MemoryBudget;

/** Where requests are kept before their senders are told so. Only this package appends. Thread-safe. */
public sealed interface RequestLog permits WebhookLog, JournaledLog {
    /**
     * Keeps a request, and has it stored if it was accepted. Returns when it is on a disk.
     *
     * @param charge what holds the entry's memory; it is closed when the log holds it no more, which may be later than this returns
     * @throws UnavailableException if that did not happen in time
     */
    void append(LogEntry entry, MemoryBudget.Charge charge);
}
