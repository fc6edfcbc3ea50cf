package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table that is there, compared with what it is to be.
 *
 * @param missing columns that it has not
 * @param narrower columns whose numbers are too narrow
 */
record TableCheck(List<DestinationColumn> missing, List<DestinationColumn> narrower) {
    private static final String RELATION = """
            select relkind = any ('{r,p}') as usable from pg_class join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = ? and relname = ?""";
    private static final String COLUMNS = """
            select attname, format_type(atttypid, null) as type, attnotnull as required, atthasdef or attidentity <> '' as filled,
              attgenerated <> '' or attidentity = 'a' as computed from pg_attribute
            join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = ? and relname = ? and attnum > 0 and not attisdropped""";
    private static final String UNIQUE = """
            select pg_get_indexdef(indexrelid) as definition,
              (select array_agg(attname order by attnum)::text from pg_attribute where attrelid = indexrelid) as columns
            from pg_index join pg_class on pg_class.oid = indrelid join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = ? and relname = ? and indisunique and indpred is null""";

    /** Returns nothing if there is no table; refuses one that cannot be used. */
    static Optional<TableCheck> of(Connection connection, String schema, DestinationTable table)
            throws SQLException, DestinationException {
        List<Boolean> relations = read(connection, RELATION, schema, table, row -> row.getBoolean("usable"));
        if (relations.isEmpty()) {
            return Optional.empty();
        }
        if (!relations.getFirst()) {
            throw refused(table, "it is no table but a view, a sequence or the like");
        }
        Map<String, String> types = new HashMap<>();
        for (Found found : read(connection, COLUMNS, schema, table, Found::of)) {
            found.requireWritable(table);
            types.put(found.name(), found.type());
        }
        for (String needed : List.of(table.key(), DestinationTable.CHANGE)) {
            if (!types.containsKey(needed)) {
                throw refused(table, "it has no column \"%s\", thus it was not made for this".formatted(needed));
            }
        }
        requireOneIndex(connection, schema, table);
        List<DestinationColumn> missing = new ArrayList<>();
        List<DestinationColumn> narrower = new ArrayList<>();
        for (DestinationColumn column : table.columns()) {
            String type = types.get(column.name());
            if (type == null) {
                missing.add(column);
            } else if (column.type() == Column.Type.BIGINT && type.equals("integer")) {
                narrower.add(column);
            } else if (!type.equals(TableSql.typeName(column.type()))) {
                throw refused(
                        table,
                        "its column \"%s\" is of the type %s, not %s"
                                .formatted(column.name(), type, TableSql.typeName(column.type())));
            }
        }
        return Optional.of(new TableCheck(missing, narrower));
    }

    /** A column that is there. */
    private record Found(String name, String type, boolean required, boolean filled, boolean computed) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(
                    row.getString("attname"),
                    row.getString("type"),
                    row.getBoolean("required"),
                    row.getBoolean("filled"),
                    row.getBoolean("computed"));
        }

        void requireWritable(DestinationTable table) throws DestinationException {
            boolean ours = table.index(name) >= 0;
            if (ours && computed) {
                throw refused(table, "its column \"%s\" is computed".formatted(name));
            }
            if (ours && required && !name.equals(table.key())) {
                throw refused(table, "its column \"%s\" takes no NULL".formatted(name));
            }
            if (!ours && required && !filled) {
                throw refused(table, "its column \"%s\" needs a value that is not copied".formatted(name));
            }
        }
    }

    /** A second one would refuse rows that are right. */
    private static void requireOneIndex(Connection connection, String schema, DestinationTable table)
            throws SQLException, DestinationException {
        String wanted = "{%s}".formatted(table.key());
        record Index(String columns, String definition) {}
        List<Index> indexes = read(
                connection,
                UNIQUE,
                schema,
                table,
                row -> new Index(row.getString("columns").replace("\"", ""), row.getString("definition")));
        if (indexes.stream().noneMatch(index -> index.columns().equals(wanted))) {
            throw refused(table, "its column \"%s\" has no unique index".formatted(table.key()));
        }
        Optional<Index> second = indexes.stream()
                .filter(index -> !index.columns().equals(wanted))
                .findFirst();
        if (second.isPresent()) {
            throw refused(
                    table,
                    "it has a second unique index, by which rows could be refused: %s"
                            .formatted(second.get().definition()));
        }
    }

    private static DestinationException refused(DestinationTable table, String why) {
        return new DestinationException(
                Reason.TABLE,
                "The table \"%s\" is there and cannot be used: %s. Name another one, or remove it."
                        .formatted(table.name(), why));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> List<T> read(
            Connection connection, String sql, String schema, DestinationTable table, Reading<T> reading)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reading.of(rows));
                }
                return found;
            }
        }
    }
}
