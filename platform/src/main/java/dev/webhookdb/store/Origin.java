package dev.webhookdb.store;

import java.util.Locale;

/** Where a state came from, as those are told who follow changes. */
public enum Origin {
    /** A webhook, on its way in. */
    WEBHOOK,
    /** A listing that is read regularly because the provider sends no webhooks for it. */
    POLL,
    /** A listing that somebody asked for, or that began because an integration became complete. */
    BACKFILL,
    /** A listing that is read regularly to find what webhooks did not say. */
    RECONCILIATION,
    /** A webhook that came in before and was applied once more. */
    REPLAY,
    /** A program that wrote the row. */
    PUSH,
    /** The erasure of a person's data. */
    ERASE;

    /** Returns the name in the change log and in what is sent. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
