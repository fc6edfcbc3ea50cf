package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A session on one connection. */
final class MariadbSession implements DestinationSession {
    private final Link link;
    private final String database;
    private final Catalog catalog;
    private final long packet;

    /** The tables that were opened, by their quoted names. */
    private final Map<String, Opened> tables = new HashMap<>();

    MariadbSession(Link link, String database) throws SQLException {
        this.link = link;
        this.database = database;
        this.catalog = new Catalog(link);
        this.packet = link.number("SELECT @@max_allowed_packet", List.of());
    }

    /** A table that was opened, and the id under which its position is kept. */
    private record Opened(String id, Upsert upsert) {}

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException {
        return link.call(Failures::ofDefining, () -> {
            String collation = catalog.collation();
            prepare(table);
            if (start.afresh()) {
                remove(table);
            }
            Optional<Existing> there = catalog.table(database(table), table.name());
            Shape shape = new Shape(table, target(table), collation);
            return there.isEmpty() ? make(table, start, shape) : adapt(table, start, shape, there.get());
        });
    }

    /** Makes the database and the table of positions if they are not there. */
    private void prepare(DestinationTable table) throws SQLException {
        String name = database(table);
        if (!catalog.hasDatabase(name)) {
            link.define("CREATE DATABASE IF NOT EXISTS " + Names.quoted(name));
        }
        if (!catalog.hasTable(name, Names.POSITIONS)) {
            positions(table).make();
        }
    }

    private void remove(DestinationTable table) throws SQLException {
        Optional<String> id = catalog.table(database(table), table.name()).flatMap(Existing::id);
        link.define("DROP TABLE IF EXISTS " + target(table));
        if (id.isPresent()) {
            positions(table).forget(id.get());
        }
    }

    private Standing make(DestinationTable table, Start start, Shape shape) throws SQLException {
        String id = newId();
        positions(table).begin(id, table.owner(), table.name(), new Positions.Position(start.position(), 0));
        link.define(shape.create(id));
        opened(table, id);
        return Standing.at(start.position(), 0).whenMade();
    }

    private Standing adapt(DestinationTable table, Start start, Shape shape, Existing there)
            throws SQLException, DestinationException {
        Shape.Changes changes = shape.changes(there);
        Optional<Positions.Position> kept = there.id().isEmpty()
                ? Optional.empty()
                : positions(table).find(there.id().get(), table.owner());
        if (kept.isEmpty()) {
            return adopt(table, start, shape, there, changes);
        }
        if (!changes.clauses().isEmpty()) {
            link.define(shape.alter(changes.clauses()));
        }
        opened(table, there.id().orElseThrow());
        Standing standing = Standing.at(kept.get().position(), kept.get().rows());
        return changes.added() && kept.get().rows() > 0 ? standing.whenWidened() : standing;
    }

    /** Begins with a table of somebody else. An attempt that ends halfway leaves one without a position, which is adopted again. */
    private Standing adopt(DestinationTable table, Start start, Shape shape, Existing there, Shape.Changes changes)
            throws SQLException, DestinationException {
        String id = newId();
        List<String> clauses = new ArrayList<>(changes.clauses());
        clauses.add("COMMENT = " + Names.literal(there.commentWith(id)));
        link.define(shape.alter(clauses));
        long rows = rows(table);
        link.transaction(() -> {
            link.execute(
                    "UPDATE %s SET %2$s = 0 WHERE %2$s <> 0 OR %2$s IS NULL"
                            .formatted(target(table), Names.quoted(DestinationTable.CHANGE)),
                    List.of());
            positions(table).begin(id, table.owner(), table.name(), new Positions.Position(start.position(), rows));
        });
        opened(table, id);
        Standing standing = Standing.at(start.position(), rows).whenAdopted();
        return changes.added() && rows > 0 ? standing.whenWidened() : standing;
    }

    private void opened(DestinationTable table, String id) {
        tables.put(target(table), new Opened(id, new Upsert(link, table, target(table), packet)));
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        Opened opened = opened(table);
        link.call(Failures::of, () -> {
            link.transaction(() -> {
                positions(table).lock(opened.id(), table.owner());
                long added = opened.upsert().write(batch.rows());
                positions(table).advance(opened.id(), batch.position(), added);
            });
            return batch;
        });
    }

    @Override
    public OptionalLong count(DestinationTable table) throws DestinationException, InterruptedException {
        return link.call(Failures::of, () -> OptionalLong.of(rows(table)));
    }

    @Override
    public void replace(DestinationTable loaded, DestinationTable table)
            throws DestinationException, InterruptedException {
        Opened opened = opened(loaded);
        link.call(Failures::ofDefining, () -> {
            Optional<Existing> there = catalog.table(database(table), table.name());
            String discarded = Names.quoted(database(table), Names.discarded(table));
            link.define("DROP TABLE IF EXISTS " + discarded);
            String second = "%s TO %s".formatted(target(loaded), target(table));
            link.define("RENAME TABLE "
                    + (there.isPresent() ? "%s TO %s, %s".formatted(target(table), discarded, second) : second));
            tables.remove(target(loaded));
            opened(table, opened.id());
            link.define("DROP TABLE IF EXISTS " + discarded);
            Optional<String> old = there.flatMap(Existing::id);
            if (old.isPresent()) {
                positions(table).forget(old.get());
            }
            return opened;
        });
    }

    @Override
    public void close() {
        link.close();
    }

    private Opened opened(DestinationTable table) {
        Opened opened = tables.get(target(table));
        if (opened == null) {
            throw new IllegalStateException("The table '%s' was not opened in this session".formatted(table.name()));
        }
        return opened;
    }

    private long rows(DestinationTable table) throws SQLException {
        return link.number("SELECT count(*) FROM " + target(table), List.of());
    }

    private Positions positions(DestinationTable table) {
        return new Positions(link, database(table));
    }

    private String database(DestinationTable table) {
        return table.schema().orElse(database);
    }

    private String target(DestinationTable table) {
        return Names.quoted(database(table), table.name());
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
