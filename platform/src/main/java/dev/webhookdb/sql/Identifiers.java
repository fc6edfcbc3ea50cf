package dev.webhookdb.sql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The one place where names and texts become part of a statement. */
public final class Identifiers {
    /** Bytes that PostgreSQL keeps of a name; it cuts the rest off without an error, and two names become one. */
    private static final int LONGEST = 63;

    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z][a-zA-Z0-9_ ]{0,62}");

    /** What {@link #isAllowed} asks of a name, as the end of a sentence. */
    public static final String RULE =
            "begins with a letter and has up to 63 letters, digits, blanks and underscores, of the ASCII ones";

    private Identifiers() {}

    /** Returns whether people may call a table, a view or a schema so. */
    public static boolean isAllowed(String name) {
        return ALLOWED.matcher(name).matches();
    }

    /**
     * Quotes a name of a table, column, role or database.
     *
     * @throws IllegalArgumentException when PostgreSQL could not keep the name as it is
     */
    public static String quote(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "The name \"%s\" has %d bytes; PostgreSQL keeps names of 1 to %d bytes without U+0000."
                            .formatted(name, bytes, LONGEST));
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Quotes a text for use as a literal, whatever {@code standard_conforming_strings} says. */
    public static String literal(String text) {
        String quoted = "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
        return text.contains("\\") ? "E" + quoted : quoted;
    }

    /** Returns the name, or where it is too long for PostgreSQL, its beginning and a checksum of the whole. */
    public static String fitting(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST) {
            return name;
        }
        var checksum = new CRC32C();
        checksum.update(bytes);
        String suffix = String.format(Locale.ROOT, "_%08x", checksum.getValue());
        return new String(bytes, 0, LONGEST - suffix.length(), StandardCharsets.US_ASCII) + suffix;
    }
}
