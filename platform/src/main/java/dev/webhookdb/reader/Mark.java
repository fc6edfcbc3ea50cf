package dev.webhookdb.reader;

import dev.webhookdb.crypto.Sha256;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * By what a person's statement is found while it runs, on whatever host: PostgreSQL shows it as the name of the session's application.
 * Other members see that name, and cannot end the statement with it: it is a digest of a key that only whoever runs the statement knows.
 */
public record Mark(String text) {
    private static final String PREFIX = "webhookdb statement ";

    /** PostgreSQL keeps 63 characters of a name. */
    private static final int DIGITS = 40;

    /**
     * The mark of a statement.
     *
     * @param owner who runs the statement; with the same key, others have another mark
     * @param key what they chose for this statement
     */
    public static Mark of(String owner, String key) {
        return new Mark(PREFIX + Sha256.hex("%s\n%s".formatted(owner, key), DIGITS));
    }

    /** Marks a session until its transaction ends. */
    void put(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select set_config('application_name', ?, true)")) {
            statement.setString(1, text);
            statement.execute();
        }
    }

    /**
     * Cancels what runs under the mark in a database.
     *
     * @param another a session of the same role, which may cancel what its own sessions run
     * @return whether anything ran
     */
    boolean cancel(Connection another) throws SQLException {
        try (PreparedStatement statement = another.prepareStatement("""
                select pg_cancel_backend(pid)
                  from pg_stat_activity
                 where application_name = ? and datname = current_database() and usename = current_user and state = 'active'""")) {
            statement.setString(1, text);
            try (ResultSet cancelled = statement.executeQuery()) {
                return cancelled.next() && cancelled.getBoolean(1);
            }
        }
    }
}
