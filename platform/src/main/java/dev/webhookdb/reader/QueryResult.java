package dev.webhookdb.reader;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.Parser;

/**
 * What a statement that a person wrote returned.
 *
 * @param headers the names of the columns; not necessarily unique
 * @param types PostgreSQL's names of their types, such as {@code int8}
 * @param rows values as PostgreSQL writes them, nothing for {@code NULL}
 * @param more whether there were more rows than are here
 */
public record QueryResult(List<String> headers, List<String> types, List<List<Optional<String>>> rows, boolean more) {
    /** The option in brackets keeps what follows from being taken for one. */
    static final String PLANNED = "explain (costs off) ";

    private static final int LARGEST_PORTION = 50;

    /** What a value takes besides its characters, once for the driver and once here. */
    private static final long VALUE = 100;

    /** Copies the lists. */
    public QueryResult {
        headers = List.copyOf(headers);
        types = List.copyOf(types);
        rows = List.copyOf(rows);
    }

    /**
     * Runs a statement. Rows come in portions and no more than are wanted or allowed, so that neither a large table nor large values cost
     * much memory.
     *
     * @param most how many rows are returned
     */
    static QueryResult of(Connection connection, String text, int most, Allowance allowance)
            throws SQLException, IOException {
        requireOneStatement(text);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(most + 1);
            statement.setFetchSize(1);
            if (!statement.execute(text)) {
                return new QueryResult(List.of(), List.of(), List.of(), false);
            }
            try (ResultSet results = statement.getResultSet()) {
                return read(results, most, allowance);
            }
        } catch (SQLException failure) {
            throw QueryException.of(failure, text, 0);
        }
    }

    /** Plans a statement, which checks names, types and rights. */
    static void check(Connection connection, String text) throws SQLException {
        requireOneStatement(text);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(PLANNED + text);
        } catch (SQLException failure) {
            throw QueryException.of(failure, PLANNED + text, PLANNED.length());
        }
    }

    /** The driver would run several, one after the other, and a {@code COMMIT} among them would end what keeps them from writing. */
    private static void requireOneStatement(String text) throws SQLException {
        int statements =
                Parser.parseJdbcSql(text, true, false, true, false, false).size();
        if (statements != 1) {
            throw new QueryException(
                    statements == 0
                            ? "There is no statement: write one, such as SELECT now()."
                            : "These are %d statements, and only one can be run at a time.".formatted(statements));
        }
    }

    private static QueryResult read(ResultSet results, int most, Allowance allowance) throws SQLException, IOException {
        ResultSetMetaData metadata = results.getMetaData();
        List<String> headers = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int column = 1; column <= metadata.getColumnCount(); column++) {
            headers.add(metadata.getColumnLabel(column));
            types.add(metadata.getColumnTypeName(column));
        }
        List<List<Optional<String>>> rows = new ArrayList<>();
        long widest = 1;
        while (results.next()) {
            if (rows.size() == most) {
                return new QueryResult(headers, types, rows, true);
            }
            allowance.take(VALUE * headers.size());
            List<Optional<String>> row = row(results, headers.size());
            rows.add(row);
            widest = Math.max(widest, width(row));
            long fitting = allowance.left() / (2 * widest);
            if (fitting == 0) {
                return new QueryResult(headers, types, rows, true);
            }
            results.setFetchSize(Math.toIntExact(Math.min(fitting, LARGEST_PORTION)));
        }
        return new QueryResult(headers, types, rows, false);
    }

    private static List<Optional<String>> row(ResultSet results, int columns) throws SQLException {
        List<Optional<String>> row = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
            row.add(Optional.ofNullable(results.getString(column)));
        }
        return List.copyOf(row);
    }

    private static long width(List<Optional<String>> row) {
        return row.stream()
                .mapToLong(value -> value.map(String::length).orElse(0) + VALUE)
                .sum();
    }
}
