package dev.webhookdb.spi.destination;

import dev.webhookdb.spi.Column;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A table as it is to be at a destination.
 *
 * <p>Its columns are those of the source in their order, {@code pk} (a number of the source's own) first; {@code deleted_at} among them,
 * if the provider's API has deletions, is set in rows of what was deleted. The last one is always {@value #CHANGE}.
 */
public final class DestinationTable {
    /** The column with the number of a row's last change: of two states of a row, the one with the greater number is the newer. */
    public static final String CHANGE = "_change";

    private final String owner;
    private final Optional<String> schema;
    private final String name;
    private final String key;
    private final List<DestinationColumn> columns;

    private DestinationTable(
            String owner, Optional<String> schema, String name, String key, List<DestinationColumn> columns) {
        this.owner = Objects.requireNonNull(owner, "owner");
        this.schema = schema;
        this.name = Objects.requireNonNull(name, "name");
        this.key = key;
        this.columns = List.copyOf(columns);
        if (columns.stream().noneMatch(column -> column.name().equals(key))) {
            throw new IllegalArgumentException("The key '%s' is none of the columns".formatted(key));
        }
        if (columns.isEmpty() || !columns.getLast().equals(new DestinationColumn(CHANGE, Column.Type.BIGINT))) {
            throw new IllegalArgumentException("The last column must be %s, a bigint".formatted(CHANGE));
        }
    }

    /**
     * Describes a table.
     *
     * @param owner see {@link #owner}
     * @param key the name of one of the columns
     */
    public static DestinationTable of(
            String owner, Optional<String> schema, String name, String key, List<DestinationColumn> columns) {
        return new DestinationTable(owner, schema, name, key, columns);
    }

    /** Returns the same table under another name, as which it is loaded before it replaces the one that is there. */
    public DestinationTable named(String other) {
        return new DestinationTable(owner, schema, other, key, columns);
    }

    /** Returns the id of the sync target that writes it, {@code syt_...}: a position that another one left does not count. */
    public String owner() {
        return owner;
    }

    /** Returns the schema or database that somebody chose; empty for the usual one of the connection. May hold capitals and blanks. */
    public Optional<String> schema() {
        return schema;
    }

    /** Returns the name that somebody chose, or that of the source. May hold capitals and blanks; at most 63 characters. */
    public String name() {
        return name;
    }

    /** Returns the name of the column that identifies a row: a text, never NULL. */
    public String key() {
        return key;
    }

    /** Returns the columns, in order. */
    public List<DestinationColumn> columns() {
        return columns;
    }

    /** Returns the place of a column in the order of columns and of a row's values, from 0; -1 if there is none. */
    public int index(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }
}
