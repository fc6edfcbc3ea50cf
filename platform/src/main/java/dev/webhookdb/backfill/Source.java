package dev.webhookdb.backfill;

import java.util.List;

/** Where the pages of a run come from. Safe for use by many threads, each with a part of its own. */
interface Source {
    /** Returns whether the parts are ranges of time, which may be cut. */
    boolean isRanged();

    /** Returns the parts to begin with, at least one. */
    List<Split> parts();

    /**
     * Fetches the next page of a part.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if that was not possible
     * @throws dev.webhookdb.sql.DatabaseException if a database had to be asked and could not be
     */
    DecodedPage next(Split part);

    /**
     * Is told when every part is at its end.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if nothing of it was read, although nothing was wrong with any part alone
     */
    default void ended() {}
}
