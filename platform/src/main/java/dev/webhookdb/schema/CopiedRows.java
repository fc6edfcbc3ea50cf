package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table's rows as they are copied to a destination: every column that users see, as text, in the order of change numbers. Since those
 * become visible in their own order, whoever has read up to one has missed nothing, and a row that changes again comes again.
 *
 * <p>The session's dates are in ISO's order and its time zone is UTC. {@link #SETTINGS} see to that.
 */
public final class CopiedRows {
    /**
     * For the transaction: dates are in ISO's order, and rows are found by indexes, since a plan that was made while the table was small
     * would sort it for each page.
     */
    public static final String SETTINGS =
            "select set_config('datestyle', 'ISO, YMD', true), set_config('enable_seqscan', 'off', true)";

    /** In the result of a query, the change number. */
    public static final String CHANGE = "change";

    /** In the result of a query, whether what the row is about was deleted. */
    public static final String DELETED = "deleted";

    private final Table table;
    private final List<DestinationColumn> columns;

    /** Describes those of a table. */
    public CopiedRows(Table table) {
        this.table = table;
        this.columns = columns(table);
    }

    private static List<DestinationColumn> columns(Table table) {
        List<DestinationColumn> all = new ArrayList<>();
        all.add(new DestinationColumn("pk", Column.Type.BIGINT));
        table.columns().forEach(column -> all.add(new DestinationColumn(column.name(), column.type())));
        if (table.resource().deletable()) {
            all.add(new DestinationColumn("deleted_at", Column.Type.TIMESTAMP));
        }
        all.add(new DestinationColumn("data", Column.Type.JSON));
        return List.copyOf(all);
    }

    /**
     * Returns the table as it is to be at a destination.
     *
     * @param owner {@code syt_...}
     */
    public DestinationTable at(String owner, Optional<String> schema, String name) {
        List<DestinationColumn> all = new ArrayList<>(columns);
        all.add(new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT));
        return DestinationTable.of(owner, schema, name, table.key(), all);
    }

    /** Returns the names that the values of a row have in a result, in order. */
    public List<String> values() {
        return IntStream.range(0, columns.size()).mapToObj(CopiedRows::value).toList();
    }

    /** Returns the place of the key among the values. */
    public int key() {
        return columns.stream().map(DestinationColumn::name).toList().indexOf(table.key());
    }

    private static String value(int place) {
        return "c" + place;
    }

    /**
     * Returns the query for the next rows. Parameters: {@code after} and {@code until}, change numbers; {@code most}, how many; {@code
     * bytes}, how large their data may be together, but for the first, which is returned however large it is.
     */
    public String next() {
        String sizes = "sum(octet_length(%s)) over (order by %s rows unbounded preceding) - octet_length(%1$s)"
                .formatted(value(columns.size() - 1), CHANGE);
        return """
                select * from (
                  select *, %s as before from (
                    select %s from (
                      select pk from %s where _change > :after and _change <= :until order by _change limit :most
                    ) as page
                    join %3$s as shown using (pk)
                  ) as next
                ) as sized
                where before < :bytes order by %4$s""".formatted(sizes, selected(), table.qualified(), CHANGE);
    }

    /** Returns the query for rows with some keys, up to a change, in the order of changes. Parameters: {@code keys} and {@code until}. */
    public String some() {
        return "select %s from %s where %s = any (:keys) and _change <= :until order by _change"
                .formatted(selected(), table.qualified(), quote(table.key()));
    }

    private String selected() {
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> "%s::text as %s".formatted(quote(columns.get(i).name()), value(i)))
                .collect(Collectors.joining(", "));
        String deleted = table.resource().deletable() ? "deleted_at is not null" : "false";
        return "%s, _change as %s, %s as %s".formatted(values, CHANGE, deleted, DELETED);
    }
}
