package dev.webhookdb.spi.destination;

import java.util.OptionalLong;

/**
 * A session with a destination, for the copy of one table and, while that is loaded anew, of a second one under another name.
 *
 * <p>One thread uses it at a time; {@link #close} may be called by another one at any moment, and ends a call that is under way. After any
 * exception but {@link DestinationException.Reason#ROWS} it is closed, and not used again.
 */
public interface DestinationSession extends AutoCloseable {
    /**
     * Makes a table if it is not there, or adds the columns that one lacks and widens those that are too narrow; then tells what is there.
     *
     * <p>One that was left by another owner, or has no position, is used if its columns fit: it gets the position of {@code start}, and
     * as many rows as are in it, whose change numbers become 0, so that each loses against every state that is written.
     *
     * @throws DestinationException if there are no rights, or the table cannot be used; nothing has been changed then
     */
    Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException;

    /**
     * Writes a batch and its position, both or none: a row only if the one that is there has no greater change number, and the position
     * only if it is not behind the one that is kept. Repeating a batch changes nothing.
     *
     * @throws DestinationException if nothing was written
     */
    void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException;

    /** Returns how many rows a table has; empty where that cannot be known. Is called now and then, and may take a while. */
    default OptionalLong count(DestinationTable table) throws DestinationException, InterruptedException {
        return OptionalLong.empty();
    }

    /**
     * Puts the rows and the position of a table that was loaded anew in the place of the other one's, at one moment for whoever reads, and
     * removes it. Is called only where {@link #count} returns numbers.
     */
    default void replace(DestinationTable loaded, DestinationTable table)
            throws DestinationException, InterruptedException {
        throw new UnsupportedOperationException("Tables are not replaced here");
    }

    /** Ends it, and whatever call is under way. */
    @Override
    void close();
}
