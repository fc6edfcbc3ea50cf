package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A PostgreSQL server of the run, as the role that may do everything.
 *
 * @param url {@code postgresql://role@host:port/database}
 */
record Postgres(String url) {
    /** Connects to the database of the URL. */
    Connection connect() throws SQLException {
        return connection(url.replaceFirst("//([^@]+)@(.*)", "//$2?user=$1"));
    }

    /** Returns the same server with another of its databases. */
    Postgres with(String database) {
        return new Postgres(url.replaceFirst("/[^/]*$", "/" + database));
    }

    /** Returns the names of all databases that somebody can connect to. */
    List<String> databases() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("select datname from pg_database where datallowconn and not datistemplate")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    static void execute(Connection connection, String statements) throws SQLException {
        connection.createStatement().execute(statements);
    }

    /** Returns the number that a query asks for. */
    static long number(Connection connection, String query) throws SQLException {
        try (ResultSet result = connection.createStatement().executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Connects as the read-only role of an organization. */
    static Connection readOnly(Measurement.Made made) throws SQLException {
        return connection(made.url().replaceFirst("//([^:]+):([^@]+)@(.*)", "//$3?user=$1&password=$2"));
    }

    private static Connection connection(String url) throws SQLException {
        return DriverManager.getConnection("jdbc:" + url);
    }
}
