package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationException;
import java.util.List;
import java.util.Optional;

/** What the server says of databases and tables. */
final class Catalog {
    private final Server server;

    Catalog(Server server) {
        this.server = server;
    }

    /** Returns the engine of a database. */
    Optional<String> database(String name) throws DestinationException {
        return server.query("SELECT engine FROM system.databases WHERE name = " + Names.literal(name)).stream()
                .map(List::getFirst)
                .findFirst();
    }

    Optional<Existing> table(String database, String name) throws DestinationException {
        String where = Names.literal(database);
        String which = Names.literal(name);
        List<List<String>> tables = server.query("""
                SELECT engine, engine_full, sorting_key, partition_key, toString(uuid), comment FROM system.tables
                WHERE database = %s AND name = %s""".formatted(where, which));
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        List<Existing.Column> columns = server.query("""
                        SELECT name, type, default_kind FROM system.columns
                        WHERE database = %s AND table = %s ORDER BY position""".formatted(where, which)).stream()
                .map(row -> new Existing.Column(row.get(0), row.get(1), row.get(2)))
                .toList();
        List<String> table = tables.getFirst();
        return Optional.of(new Existing(
                table.get(0), table.get(1), table.get(2), table.get(3), table.get(4), table.get(5), columns));
    }
}
