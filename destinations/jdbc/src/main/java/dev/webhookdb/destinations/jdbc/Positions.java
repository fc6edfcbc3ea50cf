package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The positions of the tables of one schema, by the tables' names. */
final class Positions {
    private static final String NAME = "_webhookdb_positions";
    private static final String EXISTS =
            "select count(*) from information_schema.tables where table_schema = ? and table_name = ?";

    private final Dialect dialect;
    private final Link link;

    Positions(Dialect dialect, Link link) {
        this.dialect = dialect;
        this.link = link;
    }

    /**
     * A position.
     *
     * @param rows how many the table must have
     */
    record Position(long position, long rows) {}

    /** Returns the quoted name of the table that positions are in. */
    static String table(Dialect dialect, Target target) {
        return target.qualified(dialect.folded(NAME));
    }

    private String table(Target target) {
        return table(dialect, target);
    }

    /** Makes the table if it is not there, which is looked for first: who may not make tables may still use one. */
    void make(Target target) throws SQLException {
        if (link.number(EXISTS, List.of(target.schema(), dialect.folded(NAME))) == 0) {
            link.define("""
                    create table if not exists %s (table_name varchar(255) not null, owner_id varchar(255) not null,
                    change_position bigint not null, row_count bigint not null)""".formatted(table(target)));
        }
    }

    Optional<Position> find(Target target) throws SQLException {
        return link
                .query(
                        row -> new Position(row.getLong(1), row.getLong(2)),
                        "select change_position, row_count from %s where table_name = ? and owner_id = ?"
                                .formatted(table(target)),
                        List.of(target.table(), target.definition().owner()))
                .stream()
                .findFirst();
    }

    /** Keeps other writers from moving a position for the rest of the transaction. */
    void hold(Target target) throws SQLException, DestinationException {
        change("row_count = row_count", target);
    }

    void advance(Target target, long position, long added) throws SQLException, DestinationException {
        change(
                "change_position = greatest(change_position, %d), row_count = row_count + %d"
                        .formatted(position, added),
                target);
    }

    private void change(String assignments, Target target) throws SQLException, DestinationException {
        long changed = link.execute(
                "update %s set %s where table_name = ? and owner_id = ?".formatted(table(target), assignments),
                List.of(target.table(), target.definition().owner()));
        if (changed != 1) {
            throw new DestinationException(
                    Reason.TRANSIENT,
                    "The position of the table '%s' was removed meanwhile. It is looked for again."
                            .formatted(target.table()));
        }
    }

    /** Puts a position in the place of all that the table had. */
    void set(Target target, Position position) throws SQLException {
        forget(target);
        link.execute(
                "insert into %s (table_name, owner_id, change_position, row_count) values (?, ?, %d, %d)"
                        .formatted(table(target), position.position(), position.rows()),
                List.of(target.table(), target.definition().owner()));
    }

    void forget(Target target) throws SQLException {
        link.execute("delete from %s where table_name = ?".formatted(table(target)), List.of(target.table()));
    }
}
