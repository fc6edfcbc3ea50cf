package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which columns have values in the latest rows of a table, and in those before. Stateless. */
public final class LatestRows {
    /** How many rows are the latest. */
    public static final int LATEST = 50;

    /** How many rows before the latest are looked at. */
    private static final int BEFORE = 1_000;

    private LatestRows() {}

    /**
     * The values of a column.
     *
     * @param nulls in how many rows, from the latest on, it has none
     * @param before in how many of the rows before the latest it has one
     * @param rowsBefore how many these are
     */
    public record Values(String column, int nulls, int before, int rowsBefore) {
        /** Returns whether none of the latest rows has a value. */
        public boolean isGone() {
            return nulls >= LATEST;
        }

        /** Returns how many percent of the rows before have a value; 0 if there are none. */
        public int percentBefore() {
            return rowsBefore == 0 ? 0 : 100 * before / rowsBefore;
        }
    }

    /**
     * Reads which columns have values. Rows are in the order of what decides between states; of a table without an index for that, in the
     * order in which they came to be. Rows of what was deleted do not count, nor do columns that the platform fills.
     */
    public static List<Values> of(Session session, Table table) {
        List<Column> columns = columns(table.resource());
        if (columns.isEmpty()) {
            return List.of();
        }
        return session.sql(query(table, columns))
                .bind("latest", LATEST)
                .bind("most", LATEST + BEFORE)
                .one(row -> IntStream.range(0, columns.size())
                        .mapToObj(i -> values(row, columns.get(i).name(), i))
                        .toList());
    }

    private static Values values(Row row, String column, int i) {
        int rows = row.integer("rows");
        int nulls = row.optionalInteger("first_" + i).map(first -> first - 1).orElse(rows);
        return new Values(column, nulls, row.integer("before_" + i), Math.max(0, rows - LATEST));
    }

    private static List<Column> columns(Resource resource) {
        return resource.columns().stream()
                .filter(column -> !column.fromAsOf() && column.sinceNot().isEmpty())
                .toList();
    }

    private static String query(Table table, List<Column> columns) {
        Resource resource = table.resource();
        String order = quote(resource.orderedBy().name());
        return """
                with latest as (
                  select row_number() over (order by %1$s)::int as place, %2$s
                  from (select * from %3$s where %4$s%5$s order by %1$s limit :most) as newest
                )
                select count(*)::int as rows, %6$s from latest""".formatted(
                        resource.orderedBy().indexed() ? order + " desc, pk desc" : "pk desc",
                        each(columns, (name, i) -> "%s is not null as has_%d".formatted(quote(name), i)),
                        table.qualified(),
                        resource.orderedBy().indexed() ? order + " is not null" : "true",
                        resource.deletable() ? " and deleted_at is null" : "",
                        each(
                                columns,
                                (name, i) ->
                                        "min(place) filter (where has_%1$d) as first_%1$d, count(*) filter (where has_%1$d and place > :latest)::int as before_%1$d"
                                                .formatted(i)));
    }

    private interface Part {
        String of(String column, int number);
    }

    private static String each(List<Column> columns, Part part) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> part.of(columns.get(i).name(), i))
                .collect(Collectors.joining(", "));
    }
}
