package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.ObjLongConsumer;

/** Rows that were added to a table of charges, found often and cheaply by the numbers that they get. For one thread. */
final class NewRows implements AutoCloseable {
    private final PreparedStatement newer;
    private long last;

    /** Begins behind the rows that there are. */
    NewRows(Connection organization, String table) throws SQLException {
        this.last = Postgres.number(organization, "select coalesce(max(pk), 0) from " + table);
        this.newer =
                organization.prepareStatement("select pk, stripe_id from %s where pk > ? order by pk".formatted(table));
    }

    /** @param taker is given the id of each charge that was added since the last look, and when it was seen, by {@link System#nanoTime} */
    void look(ObjLongConsumer<String> taker) throws SQLException {
        newer.setLong(1, last);
        try (ResultSet rows = newer.executeQuery()) {
            long now = System.nanoTime();
            while (rows.next()) {
                last = rows.getLong(1);
                taker.accept(rows.getString(2), now);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        newer.close();
    }
}
