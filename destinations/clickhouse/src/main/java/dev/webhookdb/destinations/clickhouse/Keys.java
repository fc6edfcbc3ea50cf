package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.util.ArrayList;
import java.util.List;

/** Counts the keys of a table: each is a row, in however many states it is there. */
final class Keys {
    /** How many bytes of keys a statement has at most, which may have 256 KiB by default. */
    private static final int MOST = 160 << 10;

    private final Server server;
    private final DestinationTable table;
    private final String target;
    private final String key;

    /** Counts in the table of a quoted name, which has the columns of another one. */
    Keys(Server server, DestinationTable table, String target) {
        this.server = server;
        this.table = table;
        this.target = target;
        this.key = Names.quoted(table.key());
    }

    /** Counts all, one after the other in their order, so that few are in the server's memory at a time. */
    long all() throws DestinationException {
        return server.slowNumber(
                "SELECT count() FROM (SELECT %1$s FROM %2$s GROUP BY %1$s) SETTINGS optimize_aggregation_in_order = 1"
                        .formatted(key, target));
    }

    /** Counts those of some rows, none of which has the key of another one. */
    long present(List<Row> rows) throws DestinationException {
        long present = 0;
        List<String> part = new ArrayList<>();
        long bytes = 0;
        for (Row row : rows) {
            String literal = Names.literal(row.text(table.index(table.key())));
            int length = literal.getBytes(UTF_8).length + 1;
            if (!part.isEmpty() && bytes + length > MOST) {
                present += count(part);
                part.clear();
                bytes = 0;
            }
            part.add(literal);
            bytes += length;
        }
        return present + count(part);
    }

    private long count(List<String> literals) throws DestinationException {
        return server.number("SELECT uniqExact(%1$s) FROM %2$s WHERE %1$s IN (%3$s)"
                .formatted(key, target, String.join(",", literals)));
    }
}
