package dev.webhookdb.database;

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

    private static final int PORTION = 50;

    /** Together, in characters: what a person can look at is less. */
    private static final long MOST_TEXT = 16_000_000;

    /** Copies the lists. */
    public QueryResult {
        headers = List.copyOf(headers);
        types = List.copyOf(types);
        rows = List.copyOf(rows);
    }

    /** Rows come in portions and no more than are wanted, so that neither a large table nor large values cost much memory. */
    static QueryResult of(Connection connection, String text, int most) throws SQLException {
        requireOneStatement(text);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction read only");
            statement.setEscapeProcessing(false);
            statement.setMaxRows(most + 1);
            statement.setFetchSize(PORTION);
            if (!statement.execute(text)) {
                return new QueryResult(List.of(), List.of(), List.of(), false);
            }
            try (ResultSet results = statement.getResultSet()) {
                return read(results, most);
            }
        }
    }

    /** Planning checks names, types and rights. */
    static void check(Connection connection, String text) throws SQLException {
        requireOneStatement(text);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction read only");
            statement.setEscapeProcessing(false);
            statement.execute(PLANNED + text);
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

    private static QueryResult read(ResultSet results, int most) throws SQLException {
        ResultSetMetaData metadata = results.getMetaData();
        List<String> headers = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int column = 1; column <= metadata.getColumnCount(); column++) {
            headers.add(metadata.getColumnLabel(column));
            types.add(metadata.getColumnTypeName(column));
        }
        List<List<Optional<String>>> rows = new ArrayList<>();
        long size = 0;
        while (results.next()) {
            if (rows.size() == most || size > MOST_TEXT) {
                return new QueryResult(headers, types, rows, true);
            }
            List<Optional<String>> row = new ArrayList<>();
            for (int column = 1; column <= headers.size(); column++) {
                Optional<String> value = Optional.ofNullable(results.getString(column));
                size += value.map(String::length).orElse(0);
                row.add(value);
            }
            rows.add(List.copyOf(row));
        }
        return new QueryResult(headers, types, rows, false);
    }
}
