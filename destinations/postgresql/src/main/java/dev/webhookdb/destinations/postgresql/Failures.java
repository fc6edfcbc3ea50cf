package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an error of PostgreSQL means. */
final class Failures {
    /** Wrong password, no right, no such database, disk full, read-only: somebody has to act. */
    private static final Set<String> SETTINGS = Set.of("42501", "3D000", "53100", "25006", "3F000");

    /** A row that is too large for its index, a value that is out of range, a constraint that somebody added. */
    private static final Set<String> ROWS = Set.of("54000", "54010");

    private Failures() {}

    /**
     * Sorts an error.
     *
     * @param server {@code host:port}
     */
    static DestinationException of(String server, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28") || SETTINGS.contains(state)) {
            return new DestinationException(
                    Reason.SETTINGS, "PostgreSQL at %s refuses it: %s.".formatted(server, said(e)), e);
        }
        if (state.startsWith("22") || state.startsWith("23") || ROWS.contains(state)) {
            return new DestinationException(Reason.ROWS, "PostgreSQL refuses it: %s.".formatted(said(e)), e);
        }
        if (state.startsWith("08") || state.isEmpty()) {
            return new DestinationException(
                    Reason.TRANSIENT,
                    "PostgreSQL at %s cannot be reached, or ended the connection.".formatted(server),
                    e);
        }
        return new DestinationException(Reason.TRANSIENT, "PostgreSQL at %s failed: %s.".formatted(server, said(e)), e);
    }

    /** What the server says, without the row that it quotes in its details. */
    private static String said(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException sql ? sql.getServerErrorMessage() : null;
        String text = message == null || message.getMessage() == null ? e.getMessage() : message.getMessage();
        return text == null ? "SQLSTATE " + e.getSQLState() : text.strip().replaceFirst("\\.$", "");
    }
}
