package dev.webhookdb.destinations.duckdb;

import dev.webhookdb.destinations.jdbc.Dialect;
import dev.webhookdb.destinations.jdbc.Existing;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.destinations.jdbc.TemporaryTable;
import dev.webhookdb.destinations.jdbc.Texts;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * DuckDB's SQL, all of which is run in the tests.
 *
 * <p>There is no primary key: its index would have to fit into memory, and a transaction that deletes and inserts the same key fails with
 * one. Merging finds rows without it. Two writers of one row are told from each other by the transaction, of which the later one fails.
 */
final class DuckdbDialect implements Dialect {
    private static final int MOST_ROWS = 200;
    private static final int MOST_VALUES = 4_000;

    private static final String CONSTRAINTS = """
            select constraint_type, array_to_string(constraint_column_names, ', ') from duckdb_constraints()
            where schema_name = ? and table_name = ? and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
            and database_name = current_database()""";

    private static final String INDEXES = """
            select index_name from duckdb_indexes() where schema_name = ? and table_name = ? and is_unique
            and database_name = current_database()""";

    private final TemporaryTable batch = new TemporaryTable(new Forms(), MOST_ROWS, MOST_VALUES);

    @Override
    public String title() {
        return "DuckDB";
    }

    /** Names keep their capitals, though they do not count when names are compared. */
    @Override
    public String folded(String name) {
        return name;
    }

    @Override
    public String type(Column.Type type) {
        return switch (type) {
            case TEXT, NUMERIC, JSON -> "VARCHAR";
            case INTEGER, BIGINT -> "BIGINT";
            case BOOLEAN -> "BOOLEAN";
            case TIMESTAMP -> "TIMESTAMP WITH TIME ZONE";
            case DATE -> "DATE";
            case TEXT_ARRAY -> "VARCHAR[]";
        };
    }

    @Override
    public boolean holds(Column.Type type, Existing.Column there) {
        return there.type().equals(type(type))
                || (type == Column.Type.INTEGER && there.type().equals("INTEGER"));
    }

    @Override
    public Optional<String> obstacle(Link link, Target target) throws SQLException {
        List<String> names = List.of(target.schema(), target.table());
        Optional<String> constraint = link
                .query(row -> "the %s on (%s)".formatted(row.getString(1), row.getString(2)), CONSTRAINTS, names)
                .stream()
                .findFirst();
        Optional<String> index =
                link.query(row -> "the unique index '%s'".formatted(row.getString(1)), INDEXES, names).stream()
                        .findFirst();
        return constraint.or(() -> index).map("has %s, with which rows that are right could be refused"::formatted);
    }

    @Override
    public void stage(Link link, Target target, List<Row> rows) throws SQLException, DestinationException {
        batch.fill(link, target, rows);
    }

    @Override
    public long merge(Link link, Target target) throws SQLException {
        long added = link.number(batch.countNew(target), List.of());
        link.execute(mergeBatch(target), List.of());
        return added;
    }

    private String mergeBatch(Target target) {
        return "merge into %s as known using %s as incoming on known.%s = incoming.%3$s when matched and incoming.%s >= known.%4$s then update set %s when not matched then insert (%s) values (%s)"
                .formatted(
                        target.name(),
                        batch.name(),
                        target.key(),
                        target.change(),
                        target.assignments("incoming"),
                        target.columns(),
                        target.columns(column -> "incoming." + column));
    }

    @Override
    public DestinationException failure(SQLException e) {
        return Failures.of(e);
    }

    /** Texts that DuckDB makes values of. */
    private static final class Forms implements TemporaryTable.Values {
        @Override
        public String placeholder(Column.Type type) {
            return switch (type) {
                case TEXT, NUMERIC, JSON -> "?";
                case INTEGER, BIGINT -> "cast(? as bigint)";
                case BOOLEAN -> "cast(? as boolean)";
                case TIMESTAMP -> "cast(? as timestamp with time zone)";
                case DATE -> "cast(? as date)";
                case TEXT_ARRAY -> "cast(cast(? as json) as varchar[])";
            };
        }

        @Override
        public String text(Row row, int place, Column.Type type) throws DestinationException {
            return Texts.of(row, place, type);
        }
    }
}
