package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.Column;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The types of columns. Numbers of any length and JSON are texts: a {@code Decimal} would cut them, and a {@code JSON} would put them in
 * another order and form.
 */
final class Types {
    /** The key's. */
    static final String KEY = "String";

    /** The change number's, with which the engine tells the newer one of two states. */
    static final String CHANGE = "Int64";

    /** That of what says whether a row is about something that was deleted. */
    static final String DELETED = "UInt8";

    /** That of the values that other columns cannot hold. */
    static final String RAW = "Map(LowCardinality(String), String)";

    private static final Set<String> RAWS = Set.of(RAW, "Map(String, String)");
    private static final Set<String> TEXTS = Set.of("Nullable(String)", "LowCardinality(Nullable(String))");
    private static final Set<String> WHOLE_TEXTS = Set.of("String", "LowCardinality(String)");
    private static final Set<String> INTEGERS = Set.of("Nullable(Int32)", "Nullable(Int64)");
    private static final Pattern SMALLER = Pattern.compile("U?Int(8|16)|Int32|Nullable\\(U?Int(8|16)\\)");
    private static final Pattern SMALL = Pattern.compile("U?Int(8|16|32)|Int64|Nullable\\(U?Int(8|16|32)\\)");
    private static final Pattern TIMESTAMP = Pattern.compile("Nullable\\(DateTime64\\(6(, '[^']*')?\\)\\)");
    private static final Pattern SECONDS =
            Pattern.compile("(Nullable\\()?DateTime(\\('[^']*'\\)|64\\([0-6](, '[^']*')?\\))?\\)?");

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
            case TEXT, NUMERIC, JSON -> "Nullable(String)";
            case INTEGER -> "Nullable(Int32)";
            case BIGINT -> "Nullable(Int64)";
            case BOOLEAN -> "Nullable(Bool)";
            case TIMESTAMP -> "Nullable(DateTime64(6, 'UTC'))";
            case DATE -> "Nullable(Date32)";
            case TEXT_ARRAY -> "Array(Nullable(String))";
        };
    }

    static Fit fit(Column.Type type, String there) {
        return switch (type) {
            case TEXT, NUMERIC, JSON -> fit(TEXTS.contains(there), WHOLE_TEXTS.contains(there));
            case INTEGER -> fit(INTEGERS.contains(there), SMALLER.matcher(there).matches());
            case BIGINT -> fit(there.equals(of(type)), SMALL.matcher(there).matches() || INTEGERS.contains(there));
            case BOOLEAN -> fit(there.equals(of(type)), there.equals("Bool"));
            case TIMESTAMP ->
                fit(TIMESTAMP.matcher(there).matches(), SECONDS.matcher(there).matches());
            case DATE ->
                fit(
                        there.equals(of(type)),
                        Set.of("Date32", "Date", "Nullable(Date)").contains(there));
            case TEXT_ARRAY -> fit(there.equals(of(type)), there.equals("Array(String)"));
        };
    }

    /** Says whether the column of values that others cannot hold is one. */
    static boolean isRaw(String there) {
        return RAWS.contains(there);
    }

    private static Fit fit(boolean fits, boolean widens) {
        if (fits) {
            return Fit.FITS;
        }
        return widens ? Fit.WIDENED : Fit.UNFIT;
    }
}
