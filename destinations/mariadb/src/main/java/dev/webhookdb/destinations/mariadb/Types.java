package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.Column;
import java.util.Set;

/**
 * The types of columns. What no type here holds as it is, numbers of any length, JSON and arrays, is a text.
 */
final class Types {
    /** How many characters of four bytes fit an index of InnoDB, which are 3,072 bytes. */
    static final int KEY_LENGTH = 768;

    private static final int MICROSECONDS = 6;
    private static final Set<String> TEXTS = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");
    private static final Set<String> SMALL = Set.of("tinyint", "smallint", "mediumint");
    private static final String UTF8 = "utf8mb4_";

    private Types() {}

    /** What becomes of a column that is there. */
    enum Fit {
        /** It is used as it is. */
        FITS,
        /** It takes the column's own type, which holds every value that is in it. */
        WIDENED,
        /** It cannot be used. */
        UNFIT
    }

    /** Returns the type of a column other than the key. */
    static String of(Column.Type type) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY -> "longtext";
            case INTEGER -> "int";
            case BIGINT -> "bigint";
            case BOOLEAN -> "tinyint(1)";
            case TIMESTAMP -> "datetime(6)";
            case DATE -> "date";
        };
    }

    /** Returns the type of a key. */
    static String key(String collation) {
        return "varchar(%d) CHARACTER SET utf8mb4 COLLATE %s".formatted(KEY_LENGTH, collation);
    }

    /** Returns the type of a text in a table whose texts are of another character set. */
    static String text(String collation) {
        return "longtext CHARACTER SET utf8mb4 COLLATE " + collation;
    }

    static Fit fit(Column.Type type, Existing.Column there) {
        if (there.full().contains("unsigned")) {
            return Fit.UNFIT;
        }
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY ->
                fit(
                        there.type().equals("longtext") && there.collation().startsWith(UTF8),
                        TEXTS.contains(there.type()));
            case INTEGER ->
                fit(there.type().equals("int") || there.type().equals("bigint"), SMALL.contains(there.type()));
            case BIGINT ->
                fit(there.type().equals("bigint"), there.type().equals("int") || SMALL.contains(there.type()));
            case BOOLEAN -> fit(there.type().equals("tinyint"), false);
            case TIMESTAMP ->
                fit(
                        there.type().equals("datetime") && there.precision() == MICROSECONDS,
                        there.type().equals("datetime"));
            case DATE -> fit(there.type().equals("date"), false);
        };
    }

    /** Says whether a key that is there tells all keys apart, as long as they may be. */
    static Fit fitKey(String collation, Existing.Column there) {
        boolean exact = there.type().equals("varchar") && there.collation().equals(collation);
        return fit(exact && there.full().equals("varchar(%d)".formatted(KEY_LENGTH)), exact);
    }

    private static Fit fit(boolean fits, boolean widens) {
        if (fits) {
            return Fit.FITS;
        }
        return widens ? Fit.WIDENED : Fit.UNFIT;
    }
}
