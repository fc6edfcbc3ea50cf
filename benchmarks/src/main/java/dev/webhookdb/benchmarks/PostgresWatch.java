package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a PostgreSQL server has of things that must not pile up: connections, and row versions that nobody sees any more. For one thread. */
final class PostgresWatch implements AutoCloseable {
    private static final String DEAD_TUPLES = "select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_all_tables";
    private static final String OTHERS =
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and application_name <> 'watch'";

    private final List<Connection> databases = new ArrayList<>();

    /** Connects to every database that there is now. */
    PostgresWatch(Postgres server) throws SQLException {
        for (String database : server.databases()) {
            Connection connection = server.with(database).connect();
            databases.add(connection);
            Postgres.execute(connection, "set application_name = 'watch'");
        }
    }

    /** Returns how many clients are connected, without these. */
    long connections() throws SQLException {
        return Postgres.number(databases.getFirst(), OTHERS);
    }

    /** Returns how many dead row versions there are in all databases, as PostgreSQL estimates it. */
    long deadTuples() throws SQLException {
        long tuples = 0;
        for (Connection database : databases) {
            tuples += Postgres.number(database, DEAD_TUPLES);
        }
        return tuples;
    }

    @Override
    public void close() throws SQLException {
        for (Connection database : databases) {
            database.close();
        }
    }
}
