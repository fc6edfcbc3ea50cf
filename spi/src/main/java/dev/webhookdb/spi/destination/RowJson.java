package dev.webhookdb.spi.destination;

import dev.webhookdb.spi.Column;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows as JSON, for places that keep messages rather than columns.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>text, date</td><td>string</td></tr>
 * <tr><td>integer, bigint, numeric</td><td>number with all its digits; {@code NaN} and infinity as strings</td></tr>
 * <tr><td>boolean</td><td>{@code true}, {@code false}</td></tr>
 * <tr><td>timestamp</td><td>string such as {@code 2026-01-02T03:04:05.678901Z}; infinity, and years before 1 or after 9999, as the source
 *     writes them</td></tr>
 * <tr><td>JSON</td><td>the value itself</td></tr>
 * <tr><td>array of texts</td><td>array of strings</td></tr>
 * </table>
 *
 * <p>NULL is {@code null}, which a JSON value may be as well.
 */
public final class RowJson {
    private static final char FIRST_PRINTABLE = ' ';

    private RowJson() {}

    /** Returns a row as an object: all columns but {@value DestinationTable#CHANGE}, in their order. */
    public static String of(DestinationTable table, Row row) {
        return IntStream.range(0, row.size() - 1)
                .mapToObj(i -> text(table.columns().get(i).name()) + ":"
                        + value(table.columns().get(i).type(), row, i))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Column.Type type, Row row, int place) {
        String text = row.text(place);
        if (text == null) {
            return "null";
        }
        return switch (type) {
            case TEXT, DATE -> text(text);
            case INTEGER, BIGINT, JSON -> text;
            case NUMERIC -> text.matches("-?[0-9.]+") ? text : text(text);
            case BOOLEAN -> row.truth(place).toString();
            case TIMESTAMP -> text(timestamp(row, place));
            case TEXT_ARRAY -> array(row.texts(place));
        };
    }

    /** Returns an instant in ISO 8601, in UTC; one that has no such form as the source writes it. */
    private static String timestamp(Row row, int place) {
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(row.timestamp(place));
        } catch (DestinationException e) {
            return row.text(place);
        }
    }

    private static String array(List<String> texts) {
        return texts.stream()
                .map(text -> text == null ? "null" : text(text))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Returns a text as a JSON string, in which only what JSON does not allow as it is is escaped. */
    public static String text(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                json.append('\\').append(character);
            } else if (character < FIRST_PRINTABLE) {
                json.append("\\u%04x".formatted((int) character));
            } else {
                json.append(character);
            }
        }
        return json.append('"').toString();
    }
}
