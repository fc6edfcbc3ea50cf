package dev.webhookdb.destinations.duckdb;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What errors mean. DuckDB's driver gives no codes and no SQLSTATE, but the kind of an error is the beginning of its message, as in
 * {@code Conversion Error: ...}. The rest may have values of rows, and is left to the log.
 */
final class Failures {
    private static final List<String> ROWS = List.of("Conversion Error", "Constraint Error", "Out of Range Error");

    /** What was made by somebody else, and does not take the rows. */
    private static final List<String> TABLE = List.of("Binder Error", "Catalog Error", "Dependency Error");

    private static final String IO = "IO Error";
    private static final String MEMORY = "Out of Memory Error";

    private Failures() {}

    static DestinationException of(SQLException e) {
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        if (ROWS.stream().anyMatch(message::startsWith)) {
            return new DestinationException(Reason.ROWS, "DuckDB refuses some of the rows.", e);
        }
        if (TABLE.stream().anyMatch(message::startsWith)) {
            return new DestinationException(
                    Reason.TABLE,
                    "DuckDB cannot change or write the table that is there. Remove or rename it, or choose another name.",
                    e);
        }
        if (message.startsWith(MEMORY)) {
            return new DestinationException(
                    Reason.TRANSIENT,
                    "DuckDB has no more memory than 512 MB here. It is tried again; smaller pages (--pagesize) need less.",
                    e);
        }
        if (message.contains("lock on file")) {
            return new DestinationException(
                    Reason.TRANSIENT,
                    "Another program has the file open, and DuckDB lets only one. It is tried again; close it there.",
                    e);
        }
        if (message.startsWith(IO) && message.contains("No space left")) {
            return new DestinationException(Reason.SETTINGS, "The file's disk is full. Give it more room.", e);
        }
        if (message.startsWith(IO) && message.contains("not a valid DuckDB database file")) {
            return new DestinationException(
                    Reason.SETTINGS, "The file is none of DuckDB. Choose another name, or remove it.", e);
        }
        return new DestinationException(Reason.TRANSIENT, "DuckDB cannot do that now. It is tried again.", e);
    }
}
