package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A batch in a temporary table, filled by statements of many rows; one for each session. Its name is one that nothing else has: it would hide a
 * table of somebody else, or be taken for one.
 */
public final class TemporaryTable {
    private static final long MOST_BYTES = 4L << 20;

    private final String name =
            "webhookdb_batch_" + UUID.randomUUID().toString().replace("-", "");
    private final Values values;
    private final int mostRows;
    private final int mostValues;

    /**
     * Says how it is filled.
     *
     * @param values how values are written
     * @param mostRows of a statement
     * @param mostValues of a statement
     */
    public TemporaryTable(Values values, int mostRows, int mostValues) {
        this.values = values;
        this.mostRows = mostRows;
        this.mostValues = mostValues;
    }

    /** How values are written. */
    public interface Values {
        /** Returns the placeholder for a value of a type, with what makes the text one of that type. */
        String placeholder(Column.Type type);

        /**
         * Returns a value as text, {@code null} for NULL.
         *
         * @throws DestinationException if it does not fit
         */
        String text(Row row, int place, Column.Type type) throws DestinationException;
    }

    /** Returns its name, which needs no quotes. */
    public String name() {
        return name;
    }

    /** Makes it anew, and fills it. */
    public void fill(Link link, Target target, List<Row> rows) throws SQLException, DestinationException {
        List<List<String>> texts = new ArrayList<>();
        for (Row row : rows) {
            texts.add(texts(target, row));
        }
        link.define("drop table if exists " + name);
        link.define("create temporary table %s (%s)".formatted(name, target.definitions()));
        int from = 0;
        while (from < texts.size()) {
            int to = end(texts, from);
            insert(link, target, texts.subList(from, to));
            from = to;
        }
    }

    private List<String> texts(Target target, Row row) throws DestinationException {
        List<DestinationColumn> columns = target.definition().columns();
        List<String> texts = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            texts.add(values.text(row, i, columns.get(i).type()));
        }
        return texts;
    }

    /** Returns where a statement that begins with a row ends: at least behind that one. */
    private int end(List<List<String>> texts, int from) {
        long bytes = bytes(texts.get(from));
        int most = Math.clamp(mostValues / texts.get(from).size(), 1, mostRows);
        int to = from + 1;
        while (to < texts.size() && to - from < most && bytes + bytes(texts.get(to)) <= MOST_BYTES) {
            bytes += bytes(texts.get(to));
            to++;
        }
        return to;
    }

    private static long bytes(List<String> texts) {
        return texts.stream()
                .mapToLong(text -> text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private void insert(Link link, Target target, List<List<String>> rows) throws SQLException {
        String tuple = target.definition().columns().stream()
                .map(column -> values.placeholder(column.type()))
                .collect(Collectors.joining(", ", "(", ")"));
        List<String> all = new ArrayList<>();
        rows.forEach(all::addAll);
        link.execute(
                "insert into %s (%s) values %s"
                        .formatted(name, target.columns(), String.join(", ", Collections.nCopies(rows.size(), tuple))),
                all);
    }

    /** Returns the query for how many of its rows are not in the table yet. */
    public String countNew(Target target) {
        return "select count(*) from %s as incoming left join %s as known on known.%s = incoming.%3$s where known.%3$s is null"
                .formatted(name, target.name(), target.key());
    }
}
