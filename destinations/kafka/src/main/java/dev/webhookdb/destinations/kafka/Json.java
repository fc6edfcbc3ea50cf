package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows as JSON objects: all columns but the number of the change, in their order. */
final class Json {
    private static final char FIRST_PRINTABLE = ' ';

    private Json() {}

    static String of(DestinationTable table, Row row) {
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

    private static String text(String text) {
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
