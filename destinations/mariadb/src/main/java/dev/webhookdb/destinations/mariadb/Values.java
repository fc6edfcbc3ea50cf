package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as the server takes them. */
final class Values {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final char FIRST_PRINTABLE = ' ';

    private Values() {}

    /**
     * Returns a value as text; {@code null} for NULL.
     *
     * @throws DestinationException if it does not fit its type
     */
    static String of(Row row, int place, Column.Type type) throws DestinationException {
        return switch (type) {
            case TEXT, INTEGER, BIGINT, NUMERIC, JSON -> row.text(place);
            case BOOLEAN -> truth(row.truth(place));
            case TIMESTAMP -> timestamp(row.timestamp(place));
            case DATE -> date(row.date(place));
            case TEXT_ARRAY -> array(row.texts(place));
        };
    }

    private static String truth(Boolean value) {
        if (value == null) {
            return null;
        }
        return value ? "1" : "0";
    }

    private static String timestamp(OffsetDateTime value) {
        return value == null ? null : TIMESTAMP.format(value);
    }

    private static String date(LocalDate value) {
        return value == null ? null : value.toString();
    }

    private static String array(List<String> value) {
        return value == null ? null : value.stream().map(Values::json).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String json(String text) {
        if (text == null) {
            return "null";
        }
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

    /** Returns how many bytes a value has in a statement at most, in UTF-8 and with its quotes. */
    static long bytes(String value) {
        if (value == null) {
            return 4;
        }
        long bytes = 2;
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '\'' || character == '"' || character == '\\') {
                bytes += 2;
            } else if (character < 0x80) {
                bytes++;
            } else {
                // a pair of surrogates has four bytes
                bytes += character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
            }
        }
        return bytes;
    }
}
