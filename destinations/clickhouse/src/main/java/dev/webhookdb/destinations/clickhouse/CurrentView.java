package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.List;
import java.util.Optional;

/**
 * The view beside a table, with the current state of each row that was not deleted. What somebody else has called so is left as it is,
 * and there is no view then.
 */
final class CurrentView {
    private static final String MARKER = "Current rows, by WebhookDB";

    private final Server server;
    private final Catalog catalog;
    private final DestinationTable table;
    private final String database;
    private final String target;

    CurrentView(Server server, Catalog catalog, DestinationTable table, String database) {
        this.server = server;
        this.catalog = catalog;
        this.table = table;
        this.database = database;
        this.target = Names.quoted(database, Names.current(table));
    }

    /** Makes it, or gives it the columns that the table has. */
    void make(List<String> columns) throws DestinationException {
        Optional<Existing> there = catalog.table(database, Names.current(table));
        List<String> wanted =
                columns.stream().filter(column -> !column.equals(Names.DELETED)).toList();
        if (there.isEmpty()) {
            define("CREATE VIEW IF NOT EXISTS", wanted);
        } else if (isOurs(there.get()) && !there.get().names().equals(wanted)) {
            define("CREATE OR REPLACE VIEW", wanted);
        }
    }

    private void define(String beginning, List<String> columns) throws DestinationException {
        server.define("%s %s AS SELECT %s FROM %s FINAL COMMENT %s"
                .formatted(
                        beginning,
                        target,
                        Names.list(columns),
                        Names.quoted(database, table.name()),
                        Names.literal(MARKER)));
    }

    void remove() throws DestinationException {
        Optional<Existing> there = catalog.table(database, Names.current(table));
        if (there.isPresent() && isOurs(there.get())) {
            server.define("DROP VIEW IF EXISTS " + target);
        }
    }

    private static boolean isOurs(Existing there) {
        return there.engine().equals("View") && there.comment().equals(MARKER);
    }
}
