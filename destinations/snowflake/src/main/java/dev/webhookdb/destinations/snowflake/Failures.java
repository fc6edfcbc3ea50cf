package dev.webhookdb.destinations.snowflake;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/**
 * What errors mean, by Snowflake's own numbers and by SQLSTATE. The server's messages, which may have values of rows in them, are left to the
 * log.
 */
final class Failures {
    /** Log-ins are refused with numbers from here on: a wrong password, a locked user, a policy of networks. */
    private static final int LOGIN = 390_100;

    private static final int AFTER_LOGIN = 390_500;

    /** No warehouse; no rights, or no such object, which Snowflake does not tell apart. */
    private static final Set<Integer> SETTINGS = Set.of(606, 2003, 2043, 3001);

    private static final Set<String> STATES = Set.of("28000", "42501", "3F000", "02000");

    private Failures() {}

    /** Returns what a failure to connect means. */
    static DestinationException ofConnecting(String host, SQLException e) {
        return isForSomebody(e)
                ? of(e)
                : new DestinationException(
                        Reason.TRANSIENT,
                        "Snowflake at %s cannot be reached, or lets nobody in now.".formatted(host),
                        e);
    }

    static DestinationException of(SQLException e) {
        if (isForSomebody(e)) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "Snowflake does not let this user do that (error %d). Check the user, the token, the warehouse, and the role's rights: USAGE on warehouse, database and schema, CREATE TABLE and CREATE STAGE on the schema."
                            .formatted(e.getErrorCode()),
                    e);
        }
        if (state(e).startsWith("22")) {
            return new DestinationException(
                    Reason.ROWS, "Snowflake refuses some of the rows (error %d).".formatted(e.getErrorCode()), e);
        }
        return new DestinationException(
                Reason.TRANSIENT,
                "The connection ended, or Snowflake failed (error %d). It is tried again.".formatted(e.getErrorCode()),
                e);
    }

    private static boolean isForSomebody(SQLException e) {
        int code = e.getErrorCode();
        return (code >= LOGIN && code < AFTER_LOGIN) || SETTINGS.contains(code) || STATES.contains(state(e));
    }

    private static String state(SQLException e) {
        return Optional.ofNullable(e.getSQLState()).orElse("");
    }
}
