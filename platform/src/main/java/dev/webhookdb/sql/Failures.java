package dev.webhookdb.sql;

import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;

/**
 * Turns the library's exceptions into ours. The library's message is dropped, because it repeats the statement with
 * everything bound to it, and that may be a customer's data.
 */
final class Failures {
    private Failures() {}

    static RuntimeException translate(JdbiException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                return DatabaseException.of(refused);
            }
            if (cause instanceof DatabaseException translated) {
                return translated;
            }
        }
        return failure;
    }
}
