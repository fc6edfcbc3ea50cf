package dev.webhookdb.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What PostgreSQL refused, or that it could not be asked. The message is for people: PostgreSQL's own words with their
 * detail, or a sentence with the remedy.
 */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 2_000;

    /** What the caller can do about it. */
    public enum Kind {
        /** No connection, a server that starts, stops or has no connection, memory or disk to spare, or too slow: the same may work later. */
        UNAVAILABLE,
        /** The data cannot be stored as they are: repeating is useless, leaving the row out helps. */
        DATA,
        /** Another transaction was in the way: repeat the transaction at once. */
        CONFLICT,
        /** What is named is not there, or this role may not do it: repeating is useless until somebody changes that. */
        REFUSED,
        /** Anything else. */
        OTHER
    }

    private final Kind kind;
    private final String sqlState;

    public DatabaseException(Kind kind, String message) {
        this(kind, "", message, null);
    }

    public DatabaseException(Kind kind, String message, Throwable cause) {
        this(kind, "", message, cause);
    }

    private DatabaseException(Kind kind, String sqlState, String message, Throwable cause) {
        super(shortened(message), cause);
        this.kind = kind;
        this.sqlState = sqlState;
    }

    public static DatabaseException of(SQLException failure) {
        SQLException reason = reason(failure);
        String state = reason.getSQLState() == null ? "" : reason.getSQLState();
        Kind kind = failure instanceof SQLTransientConnectionException ? Kind.UNAVAILABLE : kind(state);
        return new DatabaseException(kind, state, describe(reason), failure);
    }

    /** The same failure told as a sentence that names the remedy. */
    public static DatabaseException of(SQLException failure, String sentence) {
        DatabaseException plain = of(failure);
        return new DatabaseException(plain.kind, plain.sqlState, sentence, failure);
    }

    public Kind kind() {
        return kind;
    }

    /** The five characters of the SQL standard, or empty when the failure did not come from PostgreSQL or its driver. */
    public String sqlState() {
        return sqlState;
    }

    /** The pool wraps why it has no connection to give: the driver's own exception says more. */
    private static SQLException reason(SQLException failure) {
        return failure instanceof SQLTransientConnectionException && failure.getCause() instanceof SQLException cause
                ? cause
                : failure;
    }

    private static Kind kind(String state) {
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08", "57", "53" -> Kind.UNAVAILABLE;
            case "22", "23", "54" -> Kind.DATA;
            case "40" -> Kind.CONFLICT;
            case "28", "3D", "3F" -> Kind.REFUSED;
            case "42" -> cannotConvert(state) ? Kind.DATA : Kind.REFUSED;
            case "55" -> state.equals("55P03") ? Kind.CONFLICT : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    private static boolean cannotConvert(String state) {
        return state.equals("42804") || state.equals("42846");
    }

    private static String describe(SQLException reason) {
        ServerErrorMessage server = reason instanceof PSQLException failure ? failure.getServerErrorMessage() : null;
        if (server == null) {
            return "The database could not be asked: " + sentence(String.valueOf(reason.getMessage()));
        }
        StringBuilder text = new StringBuilder(sentence(String.valueOf(server.getMessage())));
        if (server.getDetail() != null) {
            text.append(' ').append(sentence(server.getDetail()));
        }
        if (server.getHint() != null) {
            text.append(' ').append(sentence(server.getHint()));
        }
        return text.toString();
    }

    /** PostgreSQL quotes what it was given, of whatever length. */
    private static String shortened(String message) {
        return message.length() <= LONGEST ? message : message.substring(0, LONGEST - 4) + " ...";
    }

    private static String sentence(String words) {
        String trimmed = shortened(words.strip());
        if (trimmed.isEmpty()) {
            return "no reason was given.";
        }
        String text = trimmed.substring(0, 1).toUpperCase(Locale.ROOT) + trimmed.substring(1);
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }
}
