package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes rows of one table, in statements of many rows, none of which exceeds {@code max_allowed_packet}.
 *
 * <p>{@code VALUES()} is the one form that MariaDB and MySQL both take. Assignments are made one after the other, so that the change
 * number, which decides about the others, is the last.
 */
final class Upsert {
    private static final int MOST_ROWS = 1_000;
    private static final long USUAL_BYTES = 1 << 22;
    private static final String CHANGE = Names.quoted(DestinationTable.CHANGE);

    private final Link link;
    private final DestinationTable table;
    private final String head;
    private final String tuple;
    private final String tail;
    private final String present;
    private final long room;

    /** Prepares for a table; {@code packet} is the server's limit in bytes. */
    Upsert(Link link, DestinationTable table, String target, long packet) {
        this.link = link;
        this.table = table;
        List<String> columns = table.columns().stream()
                .map(DestinationColumn::name)
                .map(Names::quoted)
                .toList();
        this.head = "INSERT INTO %s (%s) VALUES ".formatted(target, String.join(", ", columns));
        this.tuple = "(" + String.join(",", Collections.nCopies(columns.size(), "?")) + ")";
        this.tail = columns.stream()
                .filter(column -> !column.equals(CHANGE) && !column.equals(Names.quoted(table.key())))
                .map(column -> "%1$s = IF(VALUES(%2$s) >= %2$s, VALUES(%1$s), %1$s), ".formatted(column, CHANGE))
                .collect(Collectors.joining(
                        "", " ON DUPLICATE KEY UPDATE ", "%1$s = greatest(VALUES(%1$s), %1$s)".formatted(CHANGE)));
        this.present = "SELECT count(*) FROM %s WHERE %s IN ".formatted(target, Names.quoted(table.key()));
        this.room = packet - Values.bytes(head) - Values.bytes(tail) - 1024;
    }

    /**
     * Writes rows.
     *
     * @return how many were not there before
     */
    long write(List<Row> rows) throws SQLException, DestinationException {
        long added = 0;
        Part part = new Part();
        for (Row row : rows) {
            List<String> values = values(row);
            long bytes =
                    values.stream().mapToLong(value -> Values.bytes(value) + 1).sum() + 2;
            if (bytes > room) {
                throw new DestinationException(
                        Reason.ROWS,
                        "A row of %d bytes is longer than the server's max_allowed_packet lets it be."
                                .formatted(bytes));
            }
            if (part.isFull(bytes)) {
                added += write(part);
                part = new Part();
            }
            part.add(row.text(table.index(table.key())), values, bytes);
        }
        return added + write(part);
    }

    private long write(Part part) throws SQLException {
        if (part.keys.isEmpty()) {
            return 0;
        }
        int rows = part.keys.size();
        long there = link.number(present + repeated("?", rows), part.keys);
        link.execute(head + tuples(rows) + tail, part.values);
        return rows - there;
    }

    private List<String> values(Row row) throws DestinationException {
        List<String> values = new ArrayList<>(row.size());
        for (int i = 0; i < row.size(); i++) {
            values.add(Values.of(row, i, table.columns().get(i).type()));
        }
        String key = row.text(table.index(table.key()));
        if (key.codePointCount(0, key.length()) > Types.KEY_LENGTH) {
            throw new DestinationException(
                    Reason.ROWS, "A key is longer than %d characters.".formatted(Types.KEY_LENGTH));
        }
        return values;
    }

    private String tuples(int rows) {
        return String.join(",", Collections.nCopies(rows, tuple));
    }

    private static String repeated(String placeholder, int times) {
        return "(" + String.join(",", Collections.nCopies(times, placeholder)) + ")";
    }

    /** Rows that are written by one statement. */
    private final class Part {
        private final List<String> keys = new ArrayList<>();
        private final List<String> values = new ArrayList<>();
        private long bytes;

        boolean isFull(long more) {
            return keys.size() == MOST_ROWS || (!keys.isEmpty() && bytes + more > Math.min(room, USUAL_BYTES));
        }

        void add(String key, List<String> row, long length) {
            keys.add(key);
            values.addAll(row);
            bytes += length;
        }
    }
}
