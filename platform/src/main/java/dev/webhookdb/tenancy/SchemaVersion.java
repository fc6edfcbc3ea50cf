package dev.webhookdb.tenancy;

import dev.webhookdb.sql.Identifiers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of an organization database's schema.
 *
 * @param number counts from 1 without gaps
 * @param description for people
 * @param eachTable whether it is done to each table of an integration, whose name stands for {@value #TABLE}; such a step may be repeated
 * @param sql any number of statements that PostgreSQL runs in a transaction
 */
record SchemaVersion(int number, String description, boolean eachTable, String sql) {
    /** What stands for the table in a step that is done to each. */
    static final String TABLE = "${table}";

    private static final String DIRECTORY = "/db/organization/";
    private static final Pattern FILE = Pattern.compile("V(\\d+)__([a-z0-9_]+?)(\\.each-table)?\\.sql");

    /** Reads a step, called for example {@code V1__foundation.sql}, or {@code V2__origin.each-table.sql}. */
    static SchemaVersion read(String file) {
        Matcher name = FILE.matcher(file);
        if (!name.matches()) {
            throw new IllegalArgumentException("%s is not called like a version of the schema".formatted(file));
        }
        return new SchemaVersion(
                Integer.parseInt(name.group(1)), name.group(2).replace('_', ' '), name.group(3) != null, text(file));
    }

    /** Returns the statements for a table in the schema {@code public}. */
    String sqlFor(String table) {
        return sql.replace(TABLE, "public." + Identifiers.quote(table));
    }

    private static String text(String file) {
        try (InputStream content = SchemaVersion.class.getResourceAsStream(DIRECTORY + file)) {
            if (content == null) {
                throw new IllegalArgumentException("%s is missing".formatted(DIRECTORY + file));
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
