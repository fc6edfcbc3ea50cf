package dev.webhookdb.sql;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Moves rows from one database into another, row by row, so that neither the number of rows nor their size costs memory. */
public final class Copy {
    private Copy() {}

    /**
     * Copies what a query returns.
     *
     * @param query without parameters
     * @param into a table with its columns in brackets, quoted
     * @return the number of rows
     */
    public static long rows(Session from, String query, Session to, String into) {
        try {
            CopyOut source = from.copying().copyOut("copy (%s) to stdout".formatted(query));
            CopyIn destination = to.copying().copyIn("copy %s from stdin".formatted(into));
            try {
                for (byte[] row = source.readFromCopy(); row != null; row = source.readFromCopy()) {
                    destination.writeToCopy(row, 0, row.length);
                }
                return destination.endCopy();
            } finally {
                cancel(source, destination);
            }
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    /** A connection with a copy under way can be used for nothing else, not even to be given back. */
    private static void cancel(CopyOut source, CopyIn destination) throws SQLException {
        if (destination.isActive()) {
            destination.cancelCopy();
        }
        if (source.isActive()) {
            source.cancelCopy();
        }
    }
}
