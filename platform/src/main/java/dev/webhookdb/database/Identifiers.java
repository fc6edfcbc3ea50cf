package dev.webhookdb.database;

import java.nio.charset.StandardCharsets;

/** The one place where a name becomes part of a statement. */
public final class Identifiers {
    /** PostgreSQL cuts longer names silently, and two names become one. */
    private static final int MAX_BYTES = 63;

    private Identifiers() {}

    /**
     * Quotes a name of a table, column, role or database.
     *
     * @throws IllegalArgumentException when PostgreSQL could not keep the name as it is
     */
    public static String quote(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_BYTES || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "The name \"%s\" has %d bytes; PostgreSQL keeps names of 1 to %d bytes without NUL."
                            .formatted(name, bytes, MAX_BYTES));
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Quotes a text for the few statements that take no parameters, such as {@code CREATE ROLE}. */
    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
