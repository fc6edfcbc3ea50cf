package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rows of one table in the format {@code RowBinary}, https://clickhouse.com/docs/interfaces/formats/RowBinary: values have their lengths
 * in front of them, so that nothing is escaped, and no setting of a user's profile changes what a value means.
 *
 * <p>Times and dates before 1900 and after 2299, which a column cannot hold, are NULL there, and texts in {@code _raw}; so are the infinite
 * ones. An array cannot be NULL: it is empty, and {@code NULL} in {@code _raw}.
 */
final class RowBinary {
    /** The greatest length of a key in bytes: with its quotes it must fit a statement, which has 256 KiB by default. */
    static final int LONGEST_KEY = 1 << 16;

    private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
    private static final LocalDate LAST = LocalDate.of(2299, 12, 31);
    private static final long MICROSECONDS = 1_000_000;
    private static final int NANOSECONDS = 1_000;
    private static final String NULL = "NULL";

    private final DestinationTable table;
    private final Set<String> wide;
    private final Output out = new Output();

    /** A buffer whose bytes are not copied when they are sent. */
    private static final class Output extends ByteArrayOutputStream {
        ByteBuffer body() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }

    /**
     * Begins with the statement.
     *
     * @param target the table's quoted name
     * @param wide the integers that have a column of eight bytes
     */
    RowBinary(DestinationTable table, String target, Set<String> wide) {
        this.table = table;
        this.wide = wide;
        List<String> columns = Stream.concat(
                        table.columns().stream().map(DestinationColumn::name), Stream.of(Names.DELETED, Names.RAW))
                .toList();
        out.writeBytes("INSERT INTO %s (%s) FORMAT RowBinary\n"
                .formatted(target, Names.list(columns))
                .getBytes(UTF_8));
    }

    /** Returns the statement with its rows. */
    ByteBuffer body() {
        return out.body();
    }

    /**
     * Adds a row.
     *
     * @throws DestinationException if it cannot be written
     */
    void add(Row row) throws DestinationException {
        Map<String, String> raw = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            DestinationColumn column = table.columns().get(i);
            if (column.name().equals(table.key())) {
                key(row.text(i));
            } else if (column.name().equals(DestinationTable.CHANGE)) {
                number(row.change(), Long.BYTES);
            } else {
                value(row, i, column, raw);
            }
        }
        out.write(row.deleted() ? 1 : 0);
        length(raw.size());
        for (Map.Entry<String, String> one : raw.entrySet()) {
            text(one.getKey());
            text(one.getValue());
        }
    }

    private void key(String key) throws DestinationException {
        if (key == null) {
            throw refused("The key of a row is NULL.");
        }
        if (text(key) > LONGEST_KEY) {
            throw refused("A key is longer than %d bytes.".formatted(LONGEST_KEY));
        }
    }

    private void value(Row row, int place, DestinationColumn column, Map<String, String> raw)
            throws DestinationException {
        switch (column.type()) {
            case TEXT, NUMERIC, JSON -> nullableText(row.text(place));
            case INTEGER -> integer(row.text(place), wide.contains(column.name()) ? Long.BYTES : Integer.BYTES);
            case BIGINT -> integer(row.text(place), Long.BYTES);
            case BOOLEAN -> truth(row.truth(place));
            case TIMESTAMP -> timestamp(row, place, column, raw);
            case DATE -> date(row, place, column, raw);
            case TEXT_ARRAY -> array(row.texts(place), column, raw);
        }
    }

    private void nullableText(String value) throws DestinationException {
        if (present(value)) {
            text(value);
        }
    }

    private void integer(String value, int bytes) throws DestinationException {
        if (present(value)) {
            try {
                number(bytes == Long.BYTES ? Long.parseLong(value) : Integer.parseInt(value), bytes);
            } catch (NumberFormatException e) {
                throw new DestinationException(Reason.ROWS, "A row has an integer that is too large, or none.", e);
            }
        }
    }

    private void truth(Boolean value) {
        if (present(value)) {
            out.write(value ? 1 : 0);
        }
    }

    private void timestamp(Row row, int place, DestinationColumn column, Map<String, String> raw) {
        OffsetDateTime value = fitting(row, place);
        if (present(value)) {
            Instant instant = value.toInstant();
            number(instant.getEpochSecond() * MICROSECONDS + instant.getNano() / NANOSECONDS, Long.BYTES);
        } else if (row.text(place) != null) {
            raw.put(column.name(), row.text(place));
        }
    }

    private void date(Row row, int place, DestinationColumn column, Map<String, String> raw) {
        LocalDate value = fittingDate(row, place);
        if (present(value)) {
            number(value.toEpochDay(), Integer.BYTES);
        } else if (row.text(place) != null) {
            raw.put(column.name(), row.text(place));
        }
    }

    private static OffsetDateTime fitting(Row row, int place) {
        try {
            OffsetDateTime value = row.timestamp(place);
            return value != null && fits(value.toLocalDate()) ? value : null;
        } catch (DestinationException e) {
            return null; // infinite, or of a year without four digits: it is kept as a text
        }
    }

    private static LocalDate fittingDate(Row row, int place) {
        try {
            LocalDate value = row.date(place);
            return value != null && fits(value) ? value : null;
        } catch (DestinationException e) {
            return null; // as above
        }
    }

    private static boolean fits(LocalDate date) {
        return !date.isBefore(FIRST) && !date.isAfter(LAST);
    }

    private void array(List<String> elements, DestinationColumn column, Map<String, String> raw)
            throws DestinationException {
        if (elements == null) {
            length(0);
            raw.put(column.name(), NULL);
            return;
        }
        length(elements.size());
        for (String element : elements) {
            nullableText(element);
        }
    }

    /** Says whether there is a value, in the byte in front of it. */
    private boolean present(Object value) {
        out.write(value == null ? 1 : 0);
        return value != null;
    }

    /**
     * Writes a text.
     *
     * @return its length in bytes
     */
    private int text(String text) throws DestinationException {
        try {
            ByteBuffer bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            length(bytes.remaining());
            out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
            return bytes.limit();
        } catch (CharacterCodingException e) {
            throw new DestinationException(
                    Reason.ROWS, "A text has half of a character in it, which is not in Unicode.", e);
        }
    }

    private void number(long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (number >> (i * Byte.SIZE)));
        }
    }

    /** Writes a number in seven bits of each byte, the lowest first. */
    private void length(int length) {
        int left = length;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static DestinationException refused(String sentence) {
        return new DestinationException(Reason.ROWS, sentence);
    }
}
