package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationException;
import java.util.List;
import java.util.Optional;

/**
 * The positions of one database, each under the id of the table that is in step with it. Each note is a row; of several of one table the
 * one with the greatest position counts, and of those with the same position the last. Notes of tables that are gone stay.
 */
final class Positions {
    private final Server server;
    private final String target;

    Positions(Server server, String database) {
        this.server = server;
        this.target = Names.quoted(database, Names.POSITIONS);
    }

    /**
     * A position.
     *
     * @param rows how many the table must have
     * @param discarded the name under which the table, should it have it, is one that was replaced and waits for its removal; or empty
     */
    record Position(long position, long rows, String discarded) {
        static Position at(long position, long rows) {
            return new Position(position, rows, "");
        }
    }

    /** Makes the table. */
    void make() throws DestinationException {
        server.define("""
                CREATE TABLE IF NOT EXISTS %s (
                `id` String COMMENT 'the UUID of the table that is copied to',
                `owner` String,
                `table` String COMMENT 'the name under which it was written',
                `position` Int64,
                `rows` Int64,
                `discarded` String,
                `noted_at` DateTime('UTC') DEFAULT now()
                ) ENGINE = ReplacingMergeTree(`position`) ORDER BY `id`
                COMMENT 'How far tables are copied. Do not change.'""".formatted(target));
    }

    Optional<Position> find(String id, String owner) throws DestinationException {
        String sql = "SELECT `position`, `rows`, `discarded` FROM %s FINAL WHERE `id` = %s AND `owner` = %s"
                .formatted(target, Names.literal(id), Names.literal(owner));
        return server.query(sql).stream()
                .map(row -> new Position(Long.parseLong(row.get(0)), Long.parseLong(row.get(1)), row.get(2)))
                .findFirst();
    }

    /** Notes a position, which counts unless a greater one is there. */
    void note(String id, String owner, String table, Position position) throws DestinationException {
        List<String> values = List.of(
                Names.literal(id),
                Names.literal(owner),
                Names.literal(table),
                Long.toString(position.position()),
                Long.toString(position.rows()),
                Names.literal(position.discarded()));
        server.insert(
                Server.bytes("INSERT INTO %s (`id`, `owner`, `table`, `position`, `rows`, `discarded`) VALUES (%s)"
                        .formatted(target, String.join(", ", values))));
    }
}
