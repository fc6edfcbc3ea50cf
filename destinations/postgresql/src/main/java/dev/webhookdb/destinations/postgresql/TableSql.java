package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The statements about one table, in a schema. */
final class TableSql {
    static final String POSITIONS = "_webhookdb_positions";

    /** A batch, before it is merged. */
    static final String BATCH = "pg_temp.webhookdb_batch";

    private final String schema;
    private final DestinationTable table;

    TableSql(String schema, DestinationTable table) {
        this.schema = schema;
        this.table = table;
    }

    static String quote(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String typeName(Column.Type type) {
        return switch (type) {
            case TEXT -> "text";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case NUMERIC -> "numeric";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamp with time zone";
            case DATE -> "date";
            case JSON -> "jsonb";
            case TEXT_ARRAY -> "text[]";
        };
    }

    String name() {
        return quote(schema) + "." + quote(table.name());
    }

    private String positions() {
        return quote(schema) + "." + POSITIONS;
    }

    String createSchema() {
        return "create schema " + quote(schema);
    }

    String createPositions() {
        return """
                create table if not exists %s (
                  table_name text primary key, owner text not null, position bigint not null, rows bigint not null,
                  written_at timestamptz not null default now())""".formatted(positions());
    }

    String create() {
        String columns = table.columns().stream()
                .map(column -> definition(column) + (column.name().equals(table.key()) ? " primary key" : ""))
                .collect(Collectors.joining(", "));
        return "create table %s (%s)".formatted(name(), columns);
    }

    String drop() {
        return "drop table if exists " + name();
    }

    String add(List<DestinationColumn> columns) {
        return alter(columns, column -> "add column " + definition(column));
    }

    String widen(List<DestinationColumn> columns) {
        return alter(
                columns, column -> "alter column %s type %s".formatted(quote(column.name()), typeName(column.type())));
    }

    private String alter(List<DestinationColumn> columns, UnaryText action) {
        return "alter table %s %s"
                .formatted(name(), columns.stream().map(action::of).collect(Collectors.joining(", ")));
    }

    @FunctionalInterface
    private interface UnaryText {
        String of(DestinationColumn column);
    }

    private static String definition(DestinationColumn column) {
        return quote(column.name()) + " " + typeName(column.type());
    }

    /** Makes every state that is written newer than what is there. */
    String forgetChanges() {
        return "update %s set %s = 0".formatted(name(), quote(DestinationTable.CHANGE));
    }

    String count() {
        return "select count(*) from " + name();
    }

    /** Parameters: table, owner, position, rows. */
    String setPosition() {
        return """
                insert into %s (table_name, owner, position, rows) values (?, ?, ?, ?)
                on conflict (table_name) do update set owner = excluded.owner, position = excluded.position, rows = excluded.rows,
                  written_at = now()""".formatted(positions());
    }

    /** Parameter: table. Columns: owner, position, rows. It waits for a writer whose session was broken off and still goes on. */
    String position() {
        return "select owner, position, rows from %s where table_name = ? for update".formatted(positions());
    }

    /** Parameters: position, rows that are new, table, owner. */
    String move() {
        return """
                update %s set position = greatest(position, ?), rows = rows + ?, written_at = now()
                where table_name = ? and owner = ?""".formatted(positions());
    }

    /** Parameter: table. */
    String forgetPosition() {
        return "delete from %s where table_name = ?".formatted(positions());
    }

    String createBatch() {
        return "create temporary table %s on commit delete rows as select %s from %s with no data"
                .formatted(BATCH.substring(BATCH.indexOf('.') + 1), columns(UnaryOperator.identity()), name());
    }

    static String dropBatch() {
        return "drop table if exists " + BATCH;
    }

    static String copy() {
        return "copy %s from stdin".formatted(BATCH);
    }

    /** Merges the batch; returns how many rows are new. A state with the same number may have columns that were added since. */
    String merge() {
        String change = quote(DestinationTable.CHANGE);
        String newer =
                "excluded.%1$s > known.%1$s or (excluded.%1$s = known.%1$s and %2$s)".formatted(change, differs());
        return "with merged as (%s returning (xmax = 0) as is_new) select count(*) filter (where is_new) from merged"
                .formatted(upsert(BATCH, newer));
    }

    private String differs() {
        return "(%s) is distinct from (%s)"
                .formatted(columns(column -> "known." + column), columns(column -> "excluded." + column));
    }

    /** Makes the rows of another table of the same shape this one's; what is the same is not written. */
    List<String> take(TableSql other) {
        return List.of(
                "delete from %s as known where not exists (select from %s as loaded where loaded.%s = known.%3$s)"
                        .formatted(name(), other.name(), quote(table.key())),
                upsert(other.name(), differs()));
    }

    private String upsert(String source, String condition) {
        String key = quote(table.key());
        String assignments = table.columns().stream()
                .map(column -> quote(column.name()))
                .filter(column -> !column.equals(key))
                .map(column -> "%s = excluded.%1$s".formatted(column))
                .collect(Collectors.joining(", "));
        String names = columns(UnaryOperator.identity());
        return "insert into %s as known (%s) select %2$s from %s on conflict (%s) do update set %s where %s"
                .formatted(name(), names, source, key, assignments, condition);
    }

    private String columns(UnaryOperator<String> form) {
        return table.columns().stream()
                .map(column -> form.apply(quote(column.name())))
                .collect(Collectors.joining(", "));
    }
}
