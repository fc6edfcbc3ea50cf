package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A table in a warehouse, under the names that it has there, and the statements that are the same for all warehouses. */
public final class Target {
    private final Dialect dialect;
    private final String schema;
    private final DestinationTable definition;

    /**
     * Describes a table.
     *
     * @param schema its name in the warehouse, without quotes
     */
    public Target(Dialect dialect, String schema, DestinationTable definition) {
        this.dialect = dialect;
        this.schema = schema;
        this.definition = definition;
    }

    /** Quotes a name; the only way in which one gets into a statement. */
    public static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Returns the table as the platform describes it. */
    public DestinationTable definition() {
        return definition;
    }

    /** Returns the schema's name in the warehouse, without quotes. */
    public String schema() {
        return schema;
    }

    /** Returns the table's name in the warehouse, without quotes. */
    public String table() {
        return dialect.folded(definition.name());
    }

    /** Returns the quoted name of something in the table's schema. */
    public String qualified(String name) {
        return quoted(schema) + "." + quoted(name);
    }

    /** Returns the quoted name, with its schema. */
    public String name() {
        return qualified(table());
    }

    /** Returns the quoted name of a column. */
    public String column(String name) {
        return quoted(dialect.folded(name));
    }

    /** Returns the quoted name of the key. */
    public String key() {
        return column(definition.key());
    }

    /** Returns the quoted name of the change number. */
    public String change() {
        return column(DestinationTable.CHANGE);
    }

    /** Returns something for each column's quoted name, in order, with commas between. */
    public String columns(UnaryOperator<String> form) {
        return definition.columns().stream()
                .map(column -> form.apply(column(column.name())))
                .collect(Collectors.joining(", "));
    }

    /** Returns the quoted names of the columns, in order. */
    public String columns() {
        return columns(UnaryOperator.identity());
    }

    /** Returns {@code column = source.column} for each column but the key. */
    public String assignments(String source) {
        return definition.columns().stream()
                .map(column -> column(column.name()))
                .filter(column -> !column.equals(key()))
                .map(column -> "%s = %s.%1$s".formatted(column, source))
                .collect(Collectors.joining(", "));
    }

    /** Returns the definitions of the columns, in order. */
    public String definitions() {
        return definition.columns().stream().map(this::definition).collect(Collectors.joining(", "));
    }

    private String definition(DestinationColumn column) {
        boolean required =
                column.name().equals(definition.key()) || column.name().equals(DestinationTable.CHANGE);
        return plain(column) + (required ? " not null" : "");
    }

    private String plain(DestinationColumn column) {
        return column(column.name()) + " " + type(column.type());
    }

    String type(Column.Type type) {
        return dialect.type(type);
    }

    /** Returns the statement that makes the table. Where unique indexes exist nothing needs one: a row is found by merging. */
    String create() {
        return "create table %s (%s)".formatted(name(), definitions());
    }

    /** Returns the statement that adds a column; Redshift takes one at a time. */
    String add(DestinationColumn column) {
        return "alter table %s add column %s".formatted(name(), plain(column));
    }

    String drop() {
        return "drop table if exists " + name();
    }

    String count() {
        return "select count(*) from " + name();
    }

    /** Returns the query for how many rows have no key, or one that another row has, too. */
    String ambiguous() {
        return "select count(*) - count(distinct %s) from %s".formatted(key(), name());
    }

    /** Makes every state that is written newer than what is there. */
    String forgetChanges() {
        return "update %s set %s = 0".formatted(name(), change());
    }

    /** Removes all rows; unlike {@code truncate} as part of the transaction. */
    String clear() {
        return "delete from " + name();
    }

    /** Takes the rows of another table with the same columns. */
    String take(Target other) {
        return "insert into %s (%s) select %2$s from %s".formatted(name(), columns(), other.name());
    }
}
