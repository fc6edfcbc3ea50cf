package dev.webhookdb.reader;

import dev.webhookdb.sql.DatabaseException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A statement that a person wrote was not run, or not to its end. The message is for that person: PostgreSQL's own words, the line
 * with a caret under what they are about, and what to do where the words do not say it.
 */
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** PostgreSQL stopped it because it took too long, or somebody cancelled it. */
    private static final String STOPPED = "57014";

    /** It did not let itself be stopped, so its session was ended. */
    private static final String ENDED = "57P01";

    private static final String READ_ONLY_TRANSACTION = "25006";
    private static final String PRIVILEGE = "42501";

    public QueryException(String message) {
        super(message);
    }

    private QueryException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns the failure for the person, or for the operator where the statement is not to blame.
     *
     * @param sent the statement as PostgreSQL got it
     * @param ours how many characters at its beginning are not the person's
     */
    static RuntimeException of(SQLException failure, String sent, int ours) {
        DatabaseException plain = DatabaseException.of(failure);
        boolean stopped = plain.sqlState().equals(STOPPED) || plain.sqlState().equals(ENDED);
        if (plain.kind() == DatabaseException.Kind.UNAVAILABLE && !stopped) {
            return plain;
        }
        String remedy = switch (plain.sqlState()) {
            case STOPPED, ENDED -> " Let it read less, with WHERE or LIMIT, or compare columns that have an index.";
            case READ_ONLY_TRANSACTION, PRIVILEGE -> " Statements run as a role that may only read.";
            default -> "";
        };
        return new QueryException(plain.getMessage() + remedy + place(failure, sent, ours), failure);
    }

    /**
     * Returns what to tell of a part of a statement that PostgreSQL refused.
     *
     * @param message in the place of PostgreSQL's
     * @param sent the statement as PostgreSQL got it, up to the end of the part
     * @param ours how many characters at its beginning are not the person's
     */
    public static QueryException of(DatabaseException failure, String message, String sent, int ours) {
        String place = failure.getCause() instanceof SQLException refused ? place(refused, sent, ours) : "";
        return new QueryException(message + place, failure);
    }

    /** Whether PostgreSQL was told to stop it. */
    boolean isStop() {
        return getCause() instanceof SQLException cause && STOPPED.equals(cause.getSQLState());
    }

    private static String place(SQLException failure, String sent, int ours) {
        ServerErrorMessage server = failure instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        int position = server == null ? 0 : server.getPosition();
        return position <= ours ? "" : "\n" + ErrorPosition.under(sent.substring(ours), position - ours);
    }
}
