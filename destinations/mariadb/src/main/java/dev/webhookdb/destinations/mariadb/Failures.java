package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * What follows from the server's errors, whose numbers are those of
 * https://mariadb.com/kb/en/mariadb-error-code-reference/ and
 * https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html. The server's own messages, which may have values of rows in
 * them, are left to the log.
 */
final class Failures {
    /** Access denied, in its variants; an unknown database; a host that may not connect; an expired password. */
    private static final Set<Integer> RIGHTS = Set.of(
            1044, 1045, 1049, 1130, 1142, 1143, 1227, 1251, 1370, 1396, 1410, 1698, 1820, 1862, 3118, 3159, 4151);

    /** The disk, a table's space or a quota is full. */
    private static final Set<Integer> ROOM = Set.of(1021, 1114, 3675);

    /** Too many connections, shutting down, lock waits, deadlocks, read only for now, a table that went away, out of memory. */
    private static final Set<Integer> TRANSIENT = Set.of(
            1037, 1040, 1041, 1053, 1054, 1146, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 1290, 1317, 1836,
            1969);

    /** A name or a definition that the server does not take. */
    private static final Set<Integer> DEFINITION = Set.of(
            1050, 1051, 1059, 1060, 1061, 1068, 1071, 1101, 1102, 1103, 1113, 1117, 1118, 1166, 1170, 1347, 1451, 1833,
            3730);

    /** A value that does not fit, a packet that is too big, a condition that a row breaks. */
    private static final Set<Integer> VALUES = Set.of(
            1048, 1062, 1118, 1153, 1264, 1265, 1292, 1300, 1364, 1366, 1367, 1406, 1411, 1441, 1452, 1526, 1644, 3140,
            3819, 4025);

    private static final String NO_SPACE_LEFT = "Errcode: 28";

    private Failures() {}

    /** Returns what a failure to connect means. */
    static DestinationException ofConnecting(SQLException e, Address address) {
        if (RIGHTS.contains(e.getErrorCode())) {
            return of(e);
        }
        if (cause(e, SSLException.class).isPresent() || about(e, "ssl") || about(e, "certificate")) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "The server does not speak TLS, or its certificate is not trusted. Give its certificate with serverSslCert, or"
                            + " choose another sslMode in the URL.",
                    e);
        }
        if (about(e, "RSA public key")) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "The server wants the password encrypted. Use TLS, or allow allowPublicKeyRetrieval=true in the URL.",
                    e);
        }
        if (about(e, "restrict")) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "The server wants the password in a way that hands it over. Use a user who proves it by mysql_native_password,"
                            + " caching_sha2_password, ed25519 or parsec.",
                    e);
        }
        String why = cause(e, IOException.class)
                .map(Throwable::getMessage)
                .map(text -> ": " + text)
                .orElse("");
        return new DestinationException(
                Reason.TRANSIENT,
                "The server at %s:%d cannot be reached%s.".formatted(address.host(), address.port(), why),
                e);
    }

    /** Returns what a failure means, except where a table is defined. */
    static DestinationException of(SQLException e) {
        int code = e.getErrorCode();
        if (RIGHTS.contains(code)) {
            return new DestinationException(
                    Reason.SETTINGS,
                    "The server does not let this user do that (error %d). Check the user, the password and the rights: SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER and DROP on the database."
                            .formatted(code),
                    e);
        }
        if (ROOM.contains(code) || about(e, NO_SPACE_LEFT)) {
            return new DestinationException(
                    Reason.SETTINGS, "The server has no room left (error %d). Give it more.".formatted(code), e);
        }
        if (TRANSIENT.contains(code)) {
            return new DestinationException(
                    Reason.TRANSIENT,
                    "The server cannot do that now (error %d). It is tried again.".formatted(code),
                    e);
        }
        if (VALUES.contains(code) || state(e).startsWith("22") || state(e).startsWith("23")) {
            return new DestinationException(
                    Reason.ROWS, "The server refuses some of the rows (error %d).".formatted(code), e);
        }
        return new DestinationException(
                Reason.TRANSIENT,
                "The connection ended, or the server failed (error %d). It is tried again.".formatted(code),
                e);
    }

    /** Returns what it means that a table could not be made or changed. */
    static DestinationException ofDefining(SQLException e) {
        if (DEFINITION.contains(e.getErrorCode()) || VALUES.contains(e.getErrorCode())) {
            return new DestinationException(
                    Reason.TABLE,
                    "The server does not make the table like this (error %d). Choose another name, or remove what is there."
                            .formatted(e.getErrorCode()),
                    e);
        }
        return of(e);
    }

    private static String state(SQLException e) {
        return Optional.ofNullable(e.getSQLState()).orElse("");
    }

    private static boolean about(SQLException e, String word) {
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        return message.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause).map(type::cast);
    }
}
