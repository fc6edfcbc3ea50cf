package dev.webhookdb.spi.destination;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The state of a row. Values are texts in the forms that PostgreSQL writes with the time zone UTC and dates in ISO's order; {@link #text}
 * returns them as they are, the other methods in Java's types. All return {@code null} for NULL.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>text</td><td>any text without the character 0</td></tr>
 * <tr><td>integer, bigint, numeric</td><td>{@code -12}, {@code 0.10}, {@code NaN}</td></tr>
 * <tr><td>boolean</td><td>{@code true}, {@code false}</td></tr>
 * <tr><td>timestamp</td><td>{@code 2026-01-02 03:04:05.678901+00}, {@code infinity}, {@code -infinity}; perhaps before the year 1 or after 9999</td></tr>
 * <tr><td>date</td><td>{@code 2026-01-02}; {@code infinity} and other years likewise</td></tr>
 * <tr><td>JSON</td><td>JSON as {@code jsonb} writes it</td></tr>
 * <tr><td>array of texts</td><td><code>{a,"b c",NULL}</code></td></tr>
 * </table>
 */
public final class Row {
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .appendOffset("+HH:mm:ss", "+00")
            .toFormatter(Locale.ROOT);

    private final String[] values;
    private final long change;
    private final boolean deleted;

    private Row(String[] values, long change, boolean deleted) {
        this.values = values;
        this.change = change;
        this.deleted = deleted;
    }

    /**
     * Makes a row.
     *
     * @param values of the table's columns but for the last one, in their order; {@code null} for NULL
     * @param change the last column's value
     * @param deleted whether what the row is about was deleted
     */
    public static Row of(List<String> values, long change, boolean deleted) {
        String[] all = values.toArray(new String[values.size() + 1]);
        all[values.size()] = Long.toString(change);
        return new Row(all, change, deleted);
    }

    /** Returns how many values it has, {@link #change} included. */
    public int size() {
        return values.length;
    }

    /** Returns the number of its last change. */
    public long change() {
        return change;
    }

    /** Returns whether what it is about was deleted; the row is a state like all others. */
    public boolean deleted() {
        return deleted;
    }

    /** Returns a value as text; {@code null} for NULL. */
    public String text(int column) {
        return values[column];
    }

    /**
     * Returns a number.
     *
     * @throws DestinationException if it is {@code NaN} or infinite
     */
    public BigDecimal number(int column) throws DestinationException {
        String value = values[column];
        try {
            return value == null ? null : new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw unfit(column, "a number", e);
        }
    }

    /** Returns a truth value. */
    public Boolean truth(int column) {
        String value = values[column];
        return value == null ? null : Boolean.valueOf(value.equals("true") || value.equals("t"));
    }

    /**
     * Returns an instant, in UTC.
     *
     * @throws DestinationException if it is infinite, before the year 1 or after 9999
     */
    public OffsetDateTime timestamp(int column) throws DestinationException {
        String value = values[column];
        try {
            return value == null
                    ? null
                    : TIMESTAMP.parse(value, OffsetDateTime::from).withOffsetSameInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw unfit(column, "a time between the years 1 and 9999", e);
        }
    }

    /**
     * Returns a date.
     *
     * @throws DestinationException if it is infinite, before the year 1 or after 9999
     */
    public LocalDate date(int column) throws DestinationException {
        String value = values[column];
        try {
            return value == null ? null : LocalDate.parse(value);
        } catch (DateTimeException e) {
            throw unfit(column, "a date between the years 1 and 9999", e);
        }
    }

    /** Returns an array of texts, in which elements may be {@code null}. */
    public List<String> texts(int column) {
        String value = values[column];
        return value == null ? null : elements(value);
    }

    private static List<String> elements(String array) {
        List<String> elements = new ArrayList<>();
        int at = 1;
        while (at < array.length() - 1) {
            StringBuilder element = new StringBuilder();
            boolean quoted = array.charAt(at) == '"';
            at += quoted ? 1 : 0;
            while (array.charAt(at) != (quoted ? '"' : ',') && (quoted || at < array.length() - 1)) {
                at += array.charAt(at) == '\\' ? 1 : 0;
                element.append(array.charAt(at));
                at++;
            }
            at += quoted ? 2 : 1;
            elements.add(!quoted && element.toString().equals("NULL") ? null : element.toString());
        }
        return elements;
    }

    private static DestinationException unfit(int column, String wanted, Exception e) {
        return new DestinationException(
                DestinationException.Reason.ROWS, "Value %d of the row is not %s.".formatted(column + 1, wanted), e);
    }
}
