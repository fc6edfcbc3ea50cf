package dev.webhookdb.destinations.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A table that is there.
 *
 * @param kind {@code BASE TABLE}, {@code VIEW} and the like
 */
public record Existing(String kind, List<Column> columns) {
    private static final String TABLE =
            "select table_type from information_schema.tables where table_schema = ? and table_name = ?";
    private static final String COLUMNS = """
            select column_name, data_type, coalesce(character_maximum_length, 0), is_nullable, column_default
            from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position""";

    public Existing {
        columns = List.copyOf(columns);
    }

    /**
     * A column.
     *
     * @param type as the warehouse tells it
     * @param length of a text; 0 for others, and where there is no limit
     * @param required whether it takes no NULL
     * @param filled whether it has a value where none is given
     */
    public record Column(String name, String type, long length, boolean required, boolean filled) {}

    /** Finds a table. */
    static Optional<Existing> find(Link link, Target target) throws SQLException {
        List<String> names = List.of(target.schema(), target.table());
        List<String> kinds = link.query(row -> row.getString(1), TABLE, names);
        return kinds.isEmpty()
                ? Optional.empty()
                : Optional.of(new Existing(kinds.getFirst(), link.query(Existing::column, COLUMNS, names)));
    }

    private static Column column(ResultSet row) throws SQLException {
        return new Column(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4).equals("NO"),
                row.getString(5) != null);
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
