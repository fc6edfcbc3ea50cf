package dev.webhookdb.journal;

import java.util.Comparator;

/**
 * A place between two records of a journal.
 *
 * @param segment number of the file, from 1
 * @param offset in that file, in bytes from its beginning
 */
public record Position(int segment, long offset) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
            Comparator.comparingInt(Position::segment).thenComparingLong(Position::offset);

    /** Before the first record. */
    public static final Position START = new Position(1, 0);

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
