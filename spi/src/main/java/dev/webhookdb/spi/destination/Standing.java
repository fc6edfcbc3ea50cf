package dev.webhookdb.spi.destination;

import java.util.OptionalLong;

/** What a destination holds of a table. */
public final class Standing {
    private final OptionalLong position;
    private final long rows;
    private final boolean made;
    private final boolean widened;
    private final boolean adopted;

    private Standing(OptionalLong position, long rows, boolean made, boolean widened, boolean adopted) {
        this.position = position;
        this.rows = rows;
        this.made = made;
        this.widened = widened;
        this.adopted = adopted;
    }

    /** Describes what a destination holds that keeps no positions: the platform's own is all there is. */
    public static Standing unknown() {
        return new Standing(OptionalLong.empty(), 0, false, false, false);
    }

    /**
     * Describes what a destination holds.
     *
     * @param position of the last batch that was written
     * @param rows how many rows the table must have, from what was written
     */
    public static Standing at(long position, long rows) {
        return new Standing(OptionalLong.of(position), rows, false, false, false);
    }

    /** Returns the same for a table that was not there, and was made now. */
    public Standing whenMade() {
        return new Standing(position, rows, true, widened, adopted);
    }

    /** Returns the same for a table with rows to which columns were added now. */
    public Standing whenWidened() {
        return new Standing(position, rows, made, true, adopted);
    }

    /** Returns the same for a table that was there and had no position of this owner. */
    public Standing whenAdopted() {
        return new Standing(position, rows, made, widened, true);
    }

    /** Returns the position of the last batch that was written; empty where the destination keeps none. */
    public OptionalLong position() {
        return position;
    }

    /** Returns how many rows the table must have. */
    public long rows() {
        return rows;
    }

    /** Returns whether the table was not there, and was made now. */
    public boolean made() {
        return made;
    }

    /** Returns whether columns were added now to rows that were there. */
    public boolean widened() {
        return widened;
    }

    /** Returns whether the table was there and had no position of this owner. */
    public boolean adopted() {
        return adopted;
    }
}
