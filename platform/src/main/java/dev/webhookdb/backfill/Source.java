package dev.webhookdb.backfill;

import java.util.List;

/** Where the pages of a run come from. Safe for use by many threads, each with a split of its own. */
interface Source {
    /** Returns whether the splits are ranges of time, which may be cut. */
    boolean isRanged();

    /** Returns the splits to begin with, at least one. */
    List<Split> splits();

    /**
     * Fetches the next page of a split.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if that was not possible
     * @throws dev.webhookdb.sql.DatabaseException if a database had to be asked and could not be
     */
    DecodedPage next(Split split);

    /**
     * Is told when every split is at its end.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if nothing of it was read, although nothing was wrong with any split alone
     */
    default void ended() {}
}
