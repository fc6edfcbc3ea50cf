package dev.webhookdb.sync;

import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.schema.CopiedRows;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sync.SyncTarget.Copy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;

/** Reads what is copied of organizations' tables. Thread-safe. */
final class CopiedTables {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Tables tables;

    CopiedTables(Tables tables) {
        this.tables = tables;
    }

    /**
     * Rows in the order of their changes.
     *
     * @param last whether none comes after them
     * @param key the place of the key among the values
     */
    record Slice(List<Row> rows, boolean last, int key) {
        List<String> keys() {
            return rows.stream().map(row -> row.text(key)).toList();
        }
    }

    /** Returns the table as a target wants it. */
    DestinationTable shape(Integration integration, String owner, Copy copy) {
        return tables.use(integration, table -> new CopiedRows(table).at(owner, copy.schema(), copy.table()));
    }

    /** Returns whether columns that were added, or widened, are still being filled in older rows. */
    boolean isFilling(Integration integration) {
        return tables.read(integration, LIMIT, ColumnFiller::isFilling);
    }

    /**
     * Returns the next rows.
     *
     * @param most how many
     * @param bytes how large together, but for a first one that is larger
     */
    Slice next(Integration integration, long after, long until, int most, long bytes) {
        return in(integration, (session, rows) -> {
            List<Row> found = read(
                    session.sql(rows.next())
                            .bind("after", after)
                            .bind("until", until)
                            .bind("most", most)
                            .bind("bytes", bytes),
                    rows);
            return new Slice(found, found.isEmpty() || found.getLast().change() == until, rows.key());
        });
    }

    /** Returns rows by their keys, as far as they changed up to a number. */
    Slice some(Integration integration, Collection<String> keys, long until) {
        return in(
                integration,
                (session, rows) -> new Slice(
                        read(
                                session.sql(rows.some())
                                        .bind("keys", keys.toArray(String[]::new))
                                        .bind("until", until),
                                rows),
                        true,
                        rows.key()));
    }

    private static List<Row> read(Statement query, CopiedRows rows) {
        List<String> values = rows.values();
        return query.list(row -> {
            List<String> texts = new ArrayList<>(values.size());
            values.forEach(value -> texts.add(row.optionalText(value).orElse(null)));
            return Row.of(texts, row.number(CopiedRows.CHANGE), row.flag(CopiedRows.DELETED));
        });
    }

    private <T> T in(Integration integration, BiFunction<Session, CopiedRows, T> work) {
        return tables.read(integration, LIMIT, (session, table) -> {
            session.sql(CopiedRows.SETTINGS).list(row -> "");
            return work.apply(session, new CopiedRows(table));
        });
    }
}
