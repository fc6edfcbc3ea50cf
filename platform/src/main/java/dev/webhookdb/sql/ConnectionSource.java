package dev.webhookdb.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** Gives connections to a library that needs them raw. Thread-safe. */
@FunctionalInterface
public interface ConnectionSource {
    /** Returns a connection, to be closed after use. */
    Connection connection() throws SQLException;
}
