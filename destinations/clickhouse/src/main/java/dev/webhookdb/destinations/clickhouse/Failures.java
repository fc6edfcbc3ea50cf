package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What follows from the server's exceptions, whose numbers are those of
 * https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp. The server's own messages, which may have values of
 * rows in them, are left to the log.
 */
final class Failures {
    /** A wrong password, an unknown user, missing rights, a user who may only read, a setting that is fixed, an unknown database. */
    private static final Set<Integer> RIGHTS = Set.of(81, 164, 192, 193, 194, 195, 291, 392, 452, 497, 516, 620);

    /** The disk is full. */
    private static final Set<Integer> ROOM = Set.of(243);

    /** A table is larger than what may be dropped. */
    private static final int DROP_LIMIT = 359;

    /** A setting, a function or an engine that the server does not know. */
    private static final Set<Integer> UNKNOWN = Set.of(46, 56, 115);

    /** Names, types and definitions that the server does not take. */
    private static final Set<Integer> DEFINITION =
            Set.of(15, 16, 36, 42, 43, 44, 47, 48, 50, 53, 57, 62, 70, 80, 344, 420, 524, 1001);

    /** A value that does not fit, a condition that a row breaks. */
    private static final Set<Integer> VALUES =
            Set.of(6, 25, 26, 27, 38, 41, 53, 69, 70, 72, 117, 128, 130, 131, 190, 321, 349, 407, 441, 469);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;

    private Failures() {}

    /** Returns what it means that there is no answer. */
    static DestinationException ofConnecting(IOException e, Address address) {
        String where = "%s:%d".formatted(address.host(), address.port());
        return switch (e) {
            case Link.CertificateUnreadableException unreadable ->
                new DestinationException(
                        Reason.SETTINGS,
                        "The parameter sslrootcert is no certificate. Give one in PEM, percent-encoded.",
                        unreadable);
            case Link.NotEncryptedException encryption ->
                new DestinationException(
                        Reason.SETTINGS,
                        "The server at %s does not speak TLS, or its certificate is not trusted. Give its certificate with sslrootcert; where it speaks no TLS, as at port 8123, say ssl=false in the URL."
                                .formatted(where),
                        encryption);
            case Answer.NoHttpException other ->
                new DestinationException(
                        Reason.SETTINGS,
                        "What answers at %s is not ClickHouse's HTTP interface. Name its port, which is usually 8443, or 8123 with ssl=false."
                                .formatted(where),
                        other);
            case SocketTimeoutException late ->
                new DestinationException(
                        Reason.TRANSIENT, "The server at %s did not answer in time.".formatted(where), late);
            case UnknownHostException unknown ->
                new DestinationException(
                        Reason.TRANSIENT,
                        "The name '%s' leads to no address. Check the URL.".formatted(address.host()),
                        unknown);
            case EOFException ended ->
                new DestinationException(
                        Reason.TRANSIENT,
                        "The server at %s ended the connection. It is tried again.".formatted(where),
                        ended);
            default ->
                new DestinationException(
                        Reason.TRANSIENT,
                        "The server at %s cannot be reached%s."
                                .formatted(
                                        where,
                                        Optional.ofNullable(e.getMessage())
                                                .map(text -> ": " + text.replaceAll("[.\\s]+$", ""))
                                                .orElse("")),
                        e);
        };
    }

    /** Returns what an answer means that is not the one to a statement that was done, except where a table is defined. */
    static DestinationException of(Answer answer) {
        OptionalInt told = answer.code();
        if (told.isEmpty()) {
            return ofStatus(answer);
        }
        int code = told.getAsInt();
        if (RIGHTS.contains(code)) {
            return failure(
                    Reason.SETTINGS,
                    "The server does not let this user do that (code %d). Check the user, the password, the database and the rights: SELECT, INSERT, ALTER, CREATE and DROP on the database; the user's profile must not be read-only.",
                    code,
                    answer);
        }
        if (ROOM.contains(code)) {
            return failure(Reason.SETTINGS, "The server has no room left (code %d). Give it more.", code, answer);
        }
        if (code == DROP_LIMIT) {
            return failure(
                    Reason.SETTINGS,
                    "The server does not remove tables of this size (code %d). Raise max_table_size_to_drop, or remove the old table by hand.",
                    code,
                    answer);
        }
        if (UNKNOWN.contains(code)) {
            return failure(
                    Reason.SETTINGS,
                    "The server does not know what is asked of it (code %d). Use ClickHouse 23.3 or a later version.",
                    code,
                    answer);
        }
        if (VALUES.contains(code)) {
            return failure(Reason.ROWS, "The server refuses some of the rows (code %d).", code, answer);
        }
        return failure(Reason.TRANSIENT, "The server cannot do that now (code %d). It is tried again.", code, answer);
    }

    /** Returns what it means that a table could not be made or changed. */
    static DestinationException ofDefining(Answer answer) {
        OptionalInt code = answer.code();
        if (code.isPresent() && DEFINITION.contains(code.getAsInt())) {
            return failure(
                    Reason.TABLE,
                    "The server does not make the table like this (code %d). Choose another name, or remove what is there.",
                    code.getAsInt(),
                    answer);
        }
        DestinationException failure = of(answer);
        return failure.reason() == Reason.ROWS
                ? new DestinationException(Reason.TRANSIENT, failure.getMessage(), failure)
                : failure;
    }

    /** What stands in front of the server has answered. */
    private static DestinationException ofStatus(Answer answer) {
        int status = answer.status();
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return failure(
                    Reason.SETTINGS,
                    "The server does not let this user in (status %d). Check the user and the password.",
                    status,
                    answer);
        }
        if (status == TOO_LARGE) {
            return failure(
                    Reason.ROWS,
                    "The rows are more than what stands in front of the server takes at once (status %d). Let it take larger requests.",
                    status,
                    answer);
        }
        boolean elsewhere = status == NOT_FOUND || status / 100 == 3;
        return elsewhere
                ? failure(
                        Reason.SETTINGS,
                        "What answers is not ClickHouse's HTTP interface (status %d). Name its host and port.",
                        status,
                        answer)
                : failure(
                        Reason.TRANSIENT,
                        "The server cannot do that now (status %d). It is tried again.",
                        status,
                        answer);
    }

    /** The server's words are for the log. */
    private static DestinationException failure(Reason reason, String sentence, int number, Answer answer) {
        return new DestinationException(reason, sentence.formatted(number), new IOException(answer.body()));
    }
}
