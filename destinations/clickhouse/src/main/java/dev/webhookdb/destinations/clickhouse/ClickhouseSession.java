package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.destinations.clickhouse.Positions.Position;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A session with one server. */
final class ClickhouseSession implements DestinationSession {
    /** The engines of databases whose tables have ids, and can be exchanged. */
    private static final Set<String> DATABASES = Set.of("Atomic", "Replicated", "Shared");

    private final Server server;
    private final String database;
    private final Catalog catalog;

    /** The tables that were opened, by their quoted names. */
    private final Map<String, Opened> tables = new HashMap<>();

    ClickhouseSession(Server server, String database) {
        this.server = server;
        this.database = database;
        this.catalog = new Catalog(server);
    }

    /**
     * A table that was opened.
     *
     * @param wide the integers that have a column of eight bytes
     */
    private record Opened(String id, Position position, Set<String> wide) {
        Opened at(Position reached) {
            return new Opened(id, reached, wide);
        }
    }

    /** What is done with the server. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws DestinationException;
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException {
        return call(() -> {
            Shape shape = new Shape(table, target(table));
            prepare(table);
            if (start.afresh()) {
                drop(table);
            }
            Optional<Existing> there = catalog.table(database(table), table.name());
            return there.isEmpty() ? make(table, start, shape) : adapt(table, start, shape, there.get());
        });
    }

    /** Makes the database and the table of positions if they are not there. */
    private void prepare(DestinationTable table) throws DestinationException {
        String name = database(table);
        Optional<String> engine = catalog.database(name);
        if (engine.isEmpty()) {
            server.define("CREATE DATABASE IF NOT EXISTS " + Names.quoted(name));
        } else if (!DATABASES.contains(engine.get())) {
            throw new DestinationException(
                    Reason.SETTINGS,
                    "The database '%s' is of the engine %s, in which tables cannot be exchanged. Name one of the engine Atomic, which is the usual one."
                            .formatted(name, engine.get()));
        }
        if (catalog.table(name, Names.POSITIONS).isEmpty()) {
            positions(table).make();
        }
    }

    private Standing make(DestinationTable table, Start start, Shape shape) throws DestinationException {
        server.define(shape.create());
        begin(table, there(table), Position.at(start.position(), 0));
        return Standing.at(start.position(), 0).whenMade();
    }

    private Standing adapt(DestinationTable table, Start start, Shape shape, Existing there)
            throws DestinationException {
        Optional<Position> kept = positions(table).find(there.id(), table.owner());
        if (kept.map(Position::discarded).equals(Optional.of(table.name()))) {
            drop(table);
            return make(table, start, shape);
        }
        Shape.Changes changes = shape.changes(there);
        if (kept.isEmpty()) {
            return adopt(table, start, changes);
        }
        alter(target(table), changes);
        Position reached = reached(table, there, kept.get());
        opened(table, there(table), reached);
        Standing standing = Standing.at(reached.position(), reached.rows());
        return changes.added() && reached.rows() > 0 ? standing.whenWidened() : standing;
    }

    /** Returns the position that was noted, or the one of the last batch if its note was prevented. */
    private Position reached(DestinationTable table, Existing there, Position noted) throws DestinationException {
        long newest = server.slowNumber(
                "SELECT ifNull(max(%s), 0) FROM %s".formatted(Names.quoted(DestinationTable.CHANGE), target(table)));
        if (newest <= noted.position()) {
            return noted;
        }
        Position reached = Position.at(newest, keys(table, target(table)).all());
        positions(table).note(there.id(), table.owner(), table.name(), reached);
        return reached;
    }

    /**
     * Begins with a table of somebody else. The engine lets no change number be changed in place: so a copy of the table with other numbers
     * takes its place. It has its own id: what is left of an attempt that ends halfway has no position, and is removed by the next.
     */
    private Standing adopt(DestinationTable table, Start start, Shape.Changes changes) throws DestinationException {
        String copy = Names.quoted(database(table), Names.prepared(table));
        server.define("DROP TABLE IF EXISTS " + copy);
        server.define("CREATE TABLE %s AS %s".formatted(copy, target(table)));
        server.copy("INSERT INTO %s SELECT * REPLACE (toInt64(0) AS %s) FROM %s FINAL"
                .formatted(copy, Names.quoted(DestinationTable.CHANGE), target(table)));
        alter(copy, changes);
        long rows = keys(table, copy).all();
        Position position = Position.at(start.position(), rows);
        Existing prepared =
                catalog.table(database(table), Names.prepared(table)).orElseThrow(this::vanished);
        positions(table).note(prepared.id(), table.owner(), table.name(), position);
        server.define("EXCHANGE TABLES %s AND %s".formatted(copy, target(table)));
        server.define("DROP TABLE IF EXISTS " + copy);
        opened(table, there(table), position);
        Standing standing = Standing.at(start.position(), rows).whenAdopted();
        return changes.added() && rows > 0 ? standing.whenWidened() : standing;
    }

    private void alter(String target, Shape.Changes changes) throws DestinationException {
        if (!changes.clauses().isEmpty()) {
            server.define("ALTER TABLE %s %s".formatted(target, String.join(", ", changes.clauses())));
        }
    }

    private void begin(DestinationTable table, Existing there, Position position) throws DestinationException {
        positions(table).note(there.id(), table.owner(), table.name(), position);
        opened(table, there, position);
    }

    private void opened(DestinationTable table, Existing there, Position position) throws DestinationException {
        view(table).make(there.names());
        Set<String> wide = table.columns().stream()
                .filter(column -> column.type() == Column.Type.INTEGER)
                .map(DestinationColumn::name)
                .filter(name -> there.column(name).orElseThrow().type().contains("Int64"))
                .collect(Collectors.toUnmodifiableSet());
        tables.put(target(table), new Opened(there.id(), position, wide));
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        Opened opened = opened(table);
        call(() -> {
            long added = 0;
            if (!batch.rows().isEmpty()) {
                var rows = new RowBinary(table, target(table), opened.wide());
                for (Row row : batch.rows()) {
                    rows.add(row);
                }
                added = batch.rows().size() - keys(table, target(table)).present(batch.rows());
                server.insert(rows.body());
            }
            Position before = opened.position();
            Position reached = Position.at(Math.max(before.position(), batch.position()), before.rows() + added);
            positions(table).note(opened.id(), table.owner(), table.name(), reached);
            tables.put(target(table), opened.at(reached));
            return reached;
        });
    }

    @Override
    public OptionalLong count(DestinationTable table) throws DestinationException, InterruptedException {
        return call(() -> OptionalLong.of(keys(table, target(table)).all()));
    }

    @Override
    public void replace(DestinationTable loaded, DestinationTable table)
            throws DestinationException, InterruptedException {
        Opened opened = opened(loaded);
        call(() -> {
            Optional<Existing> there = catalog.table(database(table), table.name());
            view(loaded).remove();
            if (there.isEmpty()) {
                server.define("RENAME TABLE %s TO %s".formatted(target(loaded), target(table)));
            } else {
                discard(there.get(), loaded, table);
                server.define("EXCHANGE TABLES %s AND %s".formatted(target(loaded), target(table)));
                drop(loaded);
            }
            tables.remove(target(loaded));
            opened(table, there(table), opened.position());
            return opened;
        });
    }

    /** Notes that a table is to be removed as soon as it has the name of the one that takes its place, whatever happens in between. */
    private void discard(Existing old, DestinationTable loaded, DestinationTable table) throws DestinationException {
        Optional<Position> kept = positions(table).find(old.id(), table.owner());
        if (kept.isPresent()) {
            positions(table)
                    .note(
                            old.id(),
                            table.owner(),
                            table.name(),
                            new Position(kept.get().position(), kept.get().rows(), loaded.name()));
        }
    }

    private void drop(DestinationTable table) throws DestinationException {
        server.define("DROP TABLE IF EXISTS " + target(table));
        tables.remove(target(table));
    }

    @Override
    public void close() {
        server.close();
    }

    private Opened opened(DestinationTable table) {
        Opened opened = tables.get(target(table));
        if (opened == null) {
            throw new IllegalStateException("The table '%s' was not opened in this session".formatted(table.name()));
        }
        return opened;
    }

    /** Calls the server, and ends the session if it fails for another reason than rows. */
    private <T> T call(Call<T> call) throws DestinationException, InterruptedException {
        try {
            return call.run();
        } catch (DestinationException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private DestinationException failed(DestinationException failure) throws InterruptedException {
        if (Thread.interrupted()) {
            close();
            throw new InterruptedException("Interrupted while the server was waited for");
        }
        if (failure.reason() != Reason.ROWS) {
            close();
        }
        return failure;
    }

    private Existing there(DestinationTable table) throws DestinationException {
        return catalog.table(database(table), table.name()).orElseThrow(this::vanished);
    }

    private DestinationException vanished() {
        return new DestinationException(
                Reason.TRANSIENT, "The table that was just made is not there any more. It is looked for again.");
    }

    private Keys keys(DestinationTable table, String target) {
        return new Keys(server, table, target);
    }

    private CurrentView view(DestinationTable table) {
        return new CurrentView(server, catalog, table, database(table));
    }

    private Positions positions(DestinationTable table) {
        return new Positions(server, database(table));
    }

    private String database(DestinationTable table) {
        return table.schema().orElse(database);
    }

    private String target(DestinationTable table) {
        return Names.quoted(database(table), table.name());
    }
}
