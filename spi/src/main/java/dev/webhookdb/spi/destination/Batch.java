package dev.webhookdb.spi.destination;

import java.util.List;

/**
 * Rows that are written together, in the order of their changes, each key once.
 *
 * @param rows may be empty, when only the position moves
 * @param position the number of the last change that is written with it: at least that of the last row
 */
public record Batch(List<Row> rows, long position) {
    public Batch {
        rows = List.copyOf(rows);
    }
}
