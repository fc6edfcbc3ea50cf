package dev.webhookdb.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;

/** A connection for the length of one piece of work. Not thread-safe, and not to be kept. */
public final class Session {
    private final Handle handle;

    Session(Handle handle) {
        this.handle = handle;
    }

    /** Returns PostgreSQL's major version. */
    public int version() {
        try {
            return handle.getConnection().getMetaData().getDatabaseMajorVersion();
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    /** Waits for what is sent to a channel that this session listens to; empty if nothing comes in time. */
    List<String> notifications(Duration patience) {
        try {
            PGNotification[] received =
                    handle.getConnection().unwrap(PGConnection.class).getNotifications((int) patience.toMillis());
            return received == null
                    ? List.of()
                    : Arrays.stream(received).map(PGNotification::getParameter).toList();
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    CopyManager copying() throws SQLException {
        return handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
    }

    /** Waits for locks no longer than that, for the rest of the transaction; then a statement fails, which is a conflict. */
    public void waitForLocks(Duration longest) {
        sql("set local lock_timeout = " + longest.toMillis()).execute();
    }

    /**
     * Has the transaction's statements planned with indexes and nested loops, wherever that is possible: for rows that are looked up by
     * their keys in tables that are empty at one time and have very many rows at another. A plan is kept, and one that was made while a table
     * was empty would read all of it later.
     */
    public void lookUpByIndex() {
        sql("select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")
                .list(row -> true);
    }

    /**
     * Begins a statement.
     *
     * @param text SQL with parameters written {@code :name}; casts with {@code ::} are left alone. Without any
     *     {@code bind} the text is sent as it is, so that a {@code DO} block may contain anything. The operators that
     *     contain a question mark are written with two
     */
    public Statement sql(String text) {
        return new Statement(handle, text);
    }
}
