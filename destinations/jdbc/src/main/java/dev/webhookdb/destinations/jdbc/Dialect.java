package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What differs from one warehouse to the next: names, types, how rows get there, and what errors mean. Without state. */
public interface Dialect {
    /** Returns the warehouse's name, for people. */
    String title();

    /** Returns a name in the capitals in which the warehouse keeps it. */
    String folded(String name);

    /** Returns the query for the schema in which tables are that were named without one. */
    default String currentSchema() {
        return "select current_schema()";
    }

    /** Returns the type with which a column is made. */
    String type(Column.Type type);

    /** Returns whether a column that is there holds every value of a type as it is. */
    boolean holds(Column.Type type, Existing.Column there);

    /**
     * Refuses a table that is there for a reason that only this warehouse has.
     *
     * @return why, as the end of a sentence that begins with the table
     */
    default Optional<String> obstacle(Link link, Target target) throws SQLException {
        return Optional.empty();
    }

    /** Returns the statement with which a transaction begins, so that it waits for another writer; none if updating the position does. */
    default Optional<String> lock(Target target) {
        return Optional.empty();
    }

    /**
     * Brings rows to where {@link #merge} finds them. No transaction is open.
     *
     * @throws DestinationException if some of them do not fit
     */
    void stage(Link link, Target target, List<Row> rows) throws SQLException, DestinationException;

    /**
     * Merges the rows that were staged, as part of a transaction.
     *
     * @return how many were not there before
     */
    long merge(Link link, Target target) throws SQLException;

    /** Returns what a failure means. */
    DestinationException failure(SQLException e);
}
