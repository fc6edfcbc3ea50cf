package dev.webhookdb.store;

import java.util.Locale;

/** What a comparison says of a row and what the provider lists. */
public enum Difference {
    /** They are the same. */
    MATCHING,
    /** It is listed, and there is no row. */
    MISSING,
    /** There is a row, and it is not listed although it would be. */
    EXTRA,
    /** The row has an older state than the list, by the provider's own time of modification. */
    OLDER,
    /** The row has another content, and neither is known to be older. */
    DIFFERING,
    /** They are not the same, and the row or the resource was changed since the comparison began. */
    CHANGED_MEANWHILE,
    /** There is a row that is not listed, and nobody can tell whether it would be if it was there. */
    OUT_OF_REACH;

    /** Returns the name in SQL and in answers. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether something is to be mended. */
    public boolean isReal() {
        return switch (this) {
            case MISSING, EXTRA, OLDER, DIFFERING -> true;
            case MATCHING, CHANGED_MEANWHILE, OUT_OF_REACH -> false;
        };
    }
}
