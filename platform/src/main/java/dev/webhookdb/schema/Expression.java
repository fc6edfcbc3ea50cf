package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Conversion;
import dev.webhookdb.sql.Identifiers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SQL that computes a column's value, and the only implementation of {@link Conversion}: the same text fills a row that arrives
 * and a column that is added to old rows, so the two cannot differ.
 *
 * <p>No expression can fail. A cast stands behind a {@code CASE} that lets through only what it can convert, which works alike on
 * PostgreSQL 14 to 18 ({@code pg_input_is_valid} came with 16), and no result depends on the session's time zone or date style.
 */
final class Expression {
    /** A B-tree entry holds 2,704 bytes; 2,000 leaves room whatever the encoding. */
    private static final int LONGEST_INDEXED_TEXT = 2000;

    private static final String NUMBER = "'^\\s*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,3})?\\s*$'";

    /** How nearly all numbers are written: matched and read at once, at a fourth of the cost of {@link #NUMBER}. */
    private static final String PLAIN_NUMBER = "[-+]?[0-9]{1,18}(?:[.][0-9]{1,18})?";

    private static final String PLAIN_INTEGER = "[-+]?[0-9]{1,9}";
    private static final String PLAIN_BIGINT = "[-+]?[0-9]{1,18}";
    private static final String PLAIN_SECONDS = "[0-9]{1,11}";

    private static final String ZONE = "([zZ]| ?UTC| ?[-+](0[0-9]|1[0-5])(:?[0-5][0-9])?)";
    private static final String DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
    private static final String TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?";
    private static final String DATE_ONLY = "'^" + DAY + "$'";
    private static final String INSTANT = "'^" + DAY + "([tT ]" + TIME + ZONE + "?)?$'";
    private static final String ZONED = "'[tT ].*" + ZONE + "$'";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final String RFC_2822 =
            "'^\\s*([A-Z][a-z]{2},)?\\s*[0-9]{1,2}\\s+[A-Z][a-z]{2}\\s+[0-9]{4}\\s+[0-9:]{5,8}\\s+([-+][0-9]{4}|GMT|UTC|UT|Z)\\s*$'";
    private static final String NO_SUCH_DAY = "'^(0000|[0-9]{4}-(02-3|(02|04|06|09|11)-31))'";

    private Expression() {}

    /**
     * Returns the value of a column.
     *
     * @param data SQL for the whole resource, {@code jsonb}
     * @param asOf SQL for the instant at which the state was true, {@code timestamptz}
     */
    static String of(Column column, String data, String asOf) {
        if (column.sinceNot().isPresent()) {
            return "case when %s then %s end".formatted(isOther(column, data), instant(column.type(), asOf));
        }
        return column.fromAsOf() ? instant(column.type(), asOf) : converted(column, data);
    }

    /** Returns whether a resource has a text other than the one of {@link Column#sinceNot}; never NULL. */
    static String isOther(Column column, String data) {
        return "(%s <> %s) is true"
                .formatted(text(data, column), literal(column.sinceNot().orElseThrow()));
    }

    static String typeName(Column.Type type) {
        return switch (type) {
            case TEXT -> "text";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case NUMERIC -> "numeric";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamptz";
            case DATE -> "date";
            case JSON -> "jsonb";
            case TEXT_ARRAY -> "text[]";
        };
    }

    private static String instant(Column.Type type, String asOf) {
        String seconds = "extract(epoch from %s)".formatted(asOf);
        return switch (type) {
            case TIMESTAMP -> "case when isfinite(%1$s) then %1$s end".formatted(asOf);
            case NUMERIC -> "case when isfinite(%s) then %s::numeric end".formatted(asOf, seconds);
            case INTEGER -> whole("floor(%s)".formatted(seconds), "integer");
            case BIGINT -> whole("floor(%s)".formatted(seconds), "bigint");
            case TEXT, BOOLEAN, DATE, JSON, TEXT_ARRAY -> throw new IllegalArgumentException("No instant in " + type);
        };
    }

    private static String converted(Column column, String data) {
        String value = column.alternatives().isEmpty() ? json(data, column.path()) : first(data, column);
        String text = text(data, column);
        return switch (column.conversion()) {
            case Conversion.AsIs()
            when column.type() == Column.Type.JSON -> "nullif(%s, 'null'::jsonb)".formatted(value);
            case Conversion.AsIs() when column.type() == Column.Type.TEXT_ARRAY -> texts(value, text);
            case Conversion.AsIs() -> typed(column, text);
            case Conversion.Reference() ->
                typed(
                        column,
                        "case jsonb_typeof(%1$s) when 'object' then %1$s ->> 'id' else %2$s end"
                                .formatted(value, text));
            case Conversion.Capture(String pattern) ->
                typed(column, "substring(%s from %s)".formatted(text, literal(pattern)));
            case Conversion.UnixSeconds() -> unixSeconds(column, text);
            case Conversion.Rfc2822() -> rfc2822(column, text);
            case Conversion.Split(String separator) -> """
                (select array_agg(btrim(part) order by place) \
                from unnest(string_to_array(%s, %s)) with ordinality as parts (part, place))""".formatted(text, literal(separator));
        };
    }

    private static String typed(Column column, String text) {
        String bracketed = "(" + text + ")";
        return switch (column.type()) {
            case TEXT ->
                column.indexed()
                        ? "case when octet_length(%1$s) <= %2$d then %1$s end"
                                .formatted(bracketed, LONGEST_INDEXED_TEXT)
                        : bracketed;
            case NUMERIC -> plainOr(PLAIN_NUMBER, "%s::numeric", bracketed, number(bracketed));
            case INTEGER -> plainOr(PLAIN_INTEGER, "%s::integer", bracketed, whole(number(bracketed), "integer"));
            case BIGINT -> plainOr(PLAIN_BIGINT, "%s::bigint", bracketed, whole(number(bracketed), "bigint"));
            case BOOLEAN -> "case lower(%s) when 'true' then true when 'false' then false end".formatted(bracketed);
            case TIMESTAMP -> timestamp(bracketed);
            case DATE -> "(%s at time zone 'UTC')::date".formatted(timestamp(bracketed));
            case JSON -> "to_jsonb(%s)".formatted(bracketed);
            case TEXT_ARRAY -> "case when %1$s is not null then array[%1$s] end".formatted(bracketed);
        };
    }

    /**
     * Returns the value of a text that is written as nearly all are, which is taken out of the resource and matched once; else what any text
     * comes to, which takes it out for each mention.
     *
     * @param pattern a regular expression without groups that capture; whatever it matches can be converted
     * @param conversion of the text, with {@code %s} in its place
     */
    private static String plainOr(String pattern, String conversion, String text, String any) {
        return "coalesce(%s, case when %s is not null then %s end)"
                .formatted(conversion.formatted("substring(%s from '^%s$')".formatted(text, pattern)), text, any);
    }

    private static String number(String text) {
        return "(case when length(%1$s) <= 1000 and %1$s ~ %2$s then %1$s::numeric end)".formatted(text, NUMBER);
    }

    /** Returns a number as a whole one of a type; NULL if it is none or does not fit. */
    static String whole(String number, String type) {
        String range =
                type.equals("integer") ? "-2147483648 and 2147483647" : "-9223372036854775808 and 9223372036854775807";
        return "(case when %1$s between %2$s and %1$s = trunc(%1$s) then (%1$s)::%3$s end)"
                .formatted(number, range, type);
    }

    private static String timestamp(String text) {
        String year = "substr(%s, 1, 4)::integer".formatted(text);
        String leapDay =
                "case when substr(%1$s, 6, 5) = '02-29' then (%2$s %% 4 = 0 and %2$s %% 100 <> 0) or %2$s %% 400 = 0 else true end"
                        .formatted(text, year);
        String zoned = "case when %1$s ~ %2$s then %1$s || 'T00:00Z' when %1$s ~ %3$s then %1$s else %1$s || 'Z' end"
                .formatted(text, DATE_ONLY, ZONED);
        return "(case when %1$s ~ %2$s and %1$s !~ %3$s then case when %4$s then (%5$s)::timestamptz end end)"
                .formatted(text, INSTANT, NO_SUCH_DAY, leapDay, zoned);
    }

    private static String unixSeconds(Column column, String text) {
        String bracketed = "(" + text + ")";
        String instant = plainOr(
                PLAIN_SECONDS,
                "to_timestamp(%s::double precision)",
                bracketed,
                "(case when %1$s between 0 and 253402300799 then to_timestamp(%1$s::double precision) end)"
                        .formatted(number(bracketed)));
        return switch (column.type()) {
            case TIMESTAMP -> instant;
            case DATE -> "(%s at time zone 'UTC')::date".formatted(instant);
            case TEXT, INTEGER, BIGINT, NUMERIC, BOOLEAN, JSON, TEXT_ARRAY -> typed(column, text);
        };
    }

    private static String rfc2822(Column column, String text) {
        return switch (column.type()) {
            case TIMESTAMP, DATE -> """
                (select %s from (select case when mail ~ %s and strpos('%s', month) %% 3 = 1 \
                then year || '-' || lpad(((strpos('%s', month) + 2) / 3)::text, 2, '0') || '-' || lpad(day, 2, '0') \
                || 'T' || time || zone end as iso \
                from (select mail, substring(mail from '([0-9]{1,2})\\s+[A-Z]') as day, \
                substring(mail from '([A-Z][a-z]{2})\\s+[0-9]{4}') as month, substring(mail from '\\s([0-9]{4})\\s') as year, \
                substring(mail from '\\s([0-9:]{5,8})\\s') as time, coalesce(substring(mail from '[-+][0-9]{4}'), 'Z') as zone \
                from (select %s as mail) as given) as parts) as written)""".formatted(typed(column, "iso"), RFC_2822, MONTHS, MONTHS, text);
            case TEXT, INTEGER, BIGINT, NUMERIC, BOOLEAN, JSON, TEXT_ARRAY -> typed(column, text);
        };
    }

    private static String texts(String value, String text) {
        return """
                case jsonb_typeof(%1$s) \
                when 'array' then array(select item #>> '{}' from jsonb_array_elements(%1$s) with ordinality as items (item, place) order by place) \
                when 'string' then array[%2$s] end""".formatted(value, text);
    }

    private static String text(String data, Column column) {
        return column.alternatives().isEmpty()
                ? text(data, column.path())
                : "(%s #>> '{}')".formatted(first(data, column));
    }

    private static String first(String data, Column column) {
        return Stream.concat(Stream.of(column.path()), column.alternatives().stream())
                .map(path -> "nullif(%s, 'null'::jsonb)".formatted(json(data, path)))
                .collect(Collectors.joining(", ", "coalesce(", ")"));
    }

    static String json(String data, List<String> path) {
        return path.size() == 1
                ? "(%s -> %s)".formatted(data, literal(path.getFirst()))
                : "(%s #> %s)".formatted(data, array(path));
    }

    static String text(String data, List<String> path) {
        return path.size() == 1
                ? "(%s ->> %s)".formatted(data, literal(path.getFirst()))
                : "(%s #>> %s)".formatted(data, array(path));
    }

    private static String array(List<String> path) {
        return path.stream().map(Identifiers::literal).collect(Collectors.joining(", ", "array[", "]"));
    }
}
