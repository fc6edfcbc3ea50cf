package dev.webhookdb.destinations.redshift;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/** What errors mean, by their SQLSTATE. The server's own messages, which may have values of rows in them, are left to the log. */
final class Failures {
    /** No right, no such database or schema, no room, read-only. */
    private static final Set<String> SETTINGS = Set.of("42501", "3D000", "3F000", "53100", "25006");

    /** A row that is too long. */
    private static final Set<String> ROWS = Set.of("54000", "54010");

    /** Something of the name is there that information_schema does not show to who may not use it. */
    private static final String HIDDEN = "42P07";

    private Failures() {}

    /**
     * Returns what a failure to connect means.
     *
     * @param server host and port
     */
    static DestinationException ofConnecting(String server, SQLException e) {
        if (state(e).startsWith("28") || SETTINGS.contains(state(e))) {
            return of(e);
        }
        if (cause(e, SSLException.class)) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "The server at %s does not speak TLS, or its certificate is not trusted. Name the cluster by the endpoint that Amazon shows, or choose sslmode=verify-ca in the URL."
                            .formatted(server),
                    e);
        }
        return new DestinationException(
                Reason.TRANSIENT, "Redshift at %s cannot be reached, or lets nobody in now.".formatted(server), e);
    }

    /** Returns what a failure means. */
    static DestinationException of(SQLException e) {
        String state = state(e);
        if (state.startsWith("28") || SETTINGS.contains(state)) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "Redshift does not let this user do that (SQLSTATE %s). Check the user, the password, the database, its room and the rights: CREATE and USAGE on the schema, CREATE and TEMPORARY on the database."
                            .formatted(state),
                    e);
        }
        if (state.startsWith("22") || state.startsWith("23") || ROWS.contains(state)) {
            return new DestinationException(
                    Reason.ROWS, "Redshift refuses some of the rows (SQLSTATE %s).".formatted(state), e);
        }
        if (state.equals(HIDDEN)) {
            return new DestinationException(
                    Reason.TABLE,
                    "A table or view of this name is there, on which this user has no rights. Give them, remove what is there, or choose another name.",
                    e);
        }
        String said = state.isEmpty() ? "" : " (SQLSTATE %s)".formatted(state);
        return new DestinationException(
                Reason.TRANSIENT, "The connection ended, or Redshift failed%s. It is tried again.".formatted(said), e);
    }

    private static String state(SQLException e) {
        return Optional.ofNullable(e.getSQLState()).orElse("");
    }

    private static boolean cause(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
