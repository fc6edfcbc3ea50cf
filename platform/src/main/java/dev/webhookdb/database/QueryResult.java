package dev.webhookdb.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a statement that a person wrote returned.
 *
 * @param headers the names of the columns; not necessarily unique
 * @param types PostgreSQL's names of their types, such as {@code int8}
 * @param rows values as PostgreSQL writes them, nothing for {@code NULL}
 * @param more whether there were more rows than are here
 */
public record QueryResult(List<String> headers, List<String> types, List<List<Optional<String>>> rows, boolean more) {
    /** Copies the lists. */
    public QueryResult {
        headers = List.copyOf(headers);
        types = List.copyOf(types);
        rows = List.copyOf(rows);
    }

    /** The driver stops reading after one row more than is wanted, so that a large table costs no memory. */
    static QueryResult of(Connection connection, String text, int most) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction read only");
            statement.setEscapeProcessing(false);
            statement.setMaxRows(most + 1);
            if (!statement.execute(text)) {
                return new QueryResult(List.of(), List.of(), List.of(), false);
            }
            try (ResultSet results = statement.getResultSet()) {
                return read(results, most);
            }
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
        while (results.next()) {
            if (rows.size() == most) {
                return new QueryResult(headers, types, rows, true);
            }
            List<Optional<String>> row = new ArrayList<>();
            for (int column = 1; column <= headers.size(); column++) {
                row.add(Optional.ofNullable(results.getString(column)));
            }
            rows.add(List.copyOf(row));
        }
        return new QueryResult(headers, types, rows, false);
    }
}
