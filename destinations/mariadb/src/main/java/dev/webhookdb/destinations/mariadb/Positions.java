package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The positions of one database, each under the id of the table that is in step with it. */
final class Positions {
    private final Link link;
    private final String target;

    Positions(Link link, String database) {
        this.link = link;
        this.target = Names.quoted(database, Names.POSITIONS);
    }

    /**
     * A position.
     *
     * @param rows how many the table must have
     */
    record Position(long position, long rows) {}

    /** Makes the table. */
    void make() throws SQLException {
        link.define("""
                CREATE TABLE IF NOT EXISTS %s (
                `id` char(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
                `owner` varchar(255) NOT NULL,
                `table` varchar(64) NOT NULL COMMENT 'the name under which the table was made',
                `position` bigint NOT NULL,
                `rows` bigint NOT NULL
                ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
                COMMENT = 'How far tables are copied. Do not change.'""".formatted(target));
    }

    Optional<Position> find(String id, String owner) throws SQLException {
        return read("", id, owner);
    }

    /** Finds a position, and keeps others from moving it for the rest of the transaction. */
    Position lock(String id, String owner) throws SQLException, DestinationException {
        return read(" FOR UPDATE", id, owner)
                .orElseThrow(() -> new DestinationException(
                        Reason.TRANSIENT, "The position of the table was removed meanwhile. It is looked for again."));
    }

    private Optional<Position> read(String lock, String id, String owner) throws SQLException {
        String find = "SELECT `position`, `rows` FROM %s WHERE `id` = ? AND `owner` = ?".formatted(target) + lock;
        return link.query(row -> new Position(row.getLong(1), row.getLong(2)), find, List.of(id, owner)).stream()
                .findFirst();
    }

    void begin(String id, String owner, String table, Position position) throws SQLException {
        link.execute(
                "INSERT INTO %s (`id`, `owner`, `table`, `position`, `rows`) VALUES (?, ?, ?, ?, ?)".formatted(target),
                List.of(id, owner, table, Long.toString(position.position()), Long.toString(position.rows())));
    }

    void advance(String id, long position, long added) throws SQLException {
        link.execute(
                "UPDATE %s SET `position` = greatest(`position`, ?), `rows` = `rows` + ? WHERE `id` = ?"
                        .formatted(target),
                List.of(Long.toString(position), Long.toString(added), id));
    }

    void forget(String id) throws SQLException {
        link.execute("DELETE FROM %s WHERE `id` = ?".formatted(target), List.of(id));
    }
}
