package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.RowJson;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as texts that warehouses read. */
public final class Texts {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS'+00:00'", Locale.ROOT);

    private Texts() {}

    /**
     * Returns a value: instants in UTC with microseconds, arrays as JSON, everything else as it is; {@code null} for NULL.
     *
     * @throws DestinationException if it is a time or a date that is infinite, before the year 1 or after 9999
     */
    public static String of(Row row, int place, Column.Type type) throws DestinationException {
        return switch (type) {
            case TEXT, INTEGER, BIGINT, NUMERIC, JSON -> row.text(place);
            case BOOLEAN -> text(row.truth(place));
            case TIMESTAMP -> timestamp(row.timestamp(place));
            case DATE -> date(row.date(place));
            case TEXT_ARRAY -> array(row.texts(place));
        };
    }

    private static String text(Boolean value) {
        return value == null ? null : value.toString();
    }

    private static String timestamp(OffsetDateTime value) {
        return value == null ? null : TIMESTAMP.format(value);
    }

    private static String date(LocalDate value) {
        return value == null ? null : value.toString();
    }

    private static String array(List<String> value) {
        return value == null
                ? null
                : value.stream()
                        .map(text -> text == null ? "null" : RowJson.text(text))
                        .collect(Collectors.joining(", ", "[", "]"));
    }
}
