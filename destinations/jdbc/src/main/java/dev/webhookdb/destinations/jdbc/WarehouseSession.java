package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A session with a warehouse.
 *
 * <p>Rows are brought there first and merged then, in one transaction with the position. Definitions end transactions in some warehouses, so
 * that each is made where breaking off after it leaves something that the next session takes for what it is: a table without a position
 * is adopted, a position without a table does not count.
 */
public final class WarehouseSession implements DestinationSession {
    private static final String SCHEMAS = "select count(*) from information_schema.schemata where schema_name = ?";

    private final Dialect dialect;
    private final Link link;
    private final Positions positions;

    /** The schema of tables that were named without one, once it is known. */
    private Optional<String> usualSchema = Optional.empty();

    /** Creates a session, which closes the link with itself. */
    public WarehouseSession(Dialect dialect, Link link) {
        this.dialect = dialect;
        this.link = link;
        this.positions = new Positions(dialect, link);
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException {
        return link.call(dialect::failure, () -> {
            Target target = target(table);
            prepare(target);
            Standing[] standing = new Standing[1];
            link.transaction(() -> standing[0] = opened(target, start));
            return standing[0];
        });
    }

    private void prepare(Target target) throws SQLException {
        if (link.number(SCHEMAS, List.of(target.schema())) == 0) {
            link.define("create schema if not exists " + Target.quoted(target.schema()));
        }
        positions.make(target);
    }

    private Standing opened(Target target, Start start) throws SQLException, DestinationException {
        if (start.afresh()) {
            positions.forget(target);
            link.define(target.drop());
        }
        Optional<Existing> there = Existing.find(link, target);
        if (there.isEmpty()) {
            link.define(target.create());
            positions.set(target, new Positions.Position(start.position(), 0));
            return Standing.at(start.position(), 0).whenMade();
        }
        Shape shape = new Shape(dialect, target, there.get());
        List<DestinationColumn> missing = shape.missing();
        Optional<Positions.Position> kept = positions.find(target);
        if (kept.isEmpty()) {
            shape.requireUsable(link);
        }
        for (DestinationColumn column : missing) {
            link.define(target.add(column));
        }
        Standing standing =
                kept.isPresent() ? Standing.at(kept.get().position(), kept.get().rows()) : adopted(target, start);
        return missing.isEmpty() || standing.rows() == 0 ? standing : standing.whenWidened();
    }

    private Standing adopted(Target target, Start start) throws SQLException {
        link.execute(target.forgetChanges(), List.of());
        long rows = link.number(target.count(), List.of());
        positions.set(target, new Positions.Position(start.position(), rows));
        return Standing.at(start.position(), rows).whenAdopted();
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        link.call(dialect::failure, () -> {
            Target target = target(table);
            if (!batch.rows().isEmpty()) {
                dialect.stage(link, target, batch.rows());
            }
            link.transaction(() -> {
                hold(target);
                long added = batch.rows().isEmpty() ? 0 : dialect.merge(link, target);
                positions.advance(target, batch.position(), added);
            });
            return batch;
        });
    }

    /** Waits for other writers first: what the transaction sees afterwards is what they wrote. */
    private void hold(Target target) throws SQLException, DestinationException {
        Optional<String> lock = dialect.lock(target);
        if (lock.isPresent()) {
            link.define(lock.get());
        }
        positions.hold(target);
    }

    @Override
    public OptionalLong count(DestinationTable table) throws DestinationException, InterruptedException {
        return link.call(
                dialect::failure,
                () -> OptionalLong.of(link.number(target(table).count(), List.of())));
    }

    /** Readers see the old rows until the transaction ends, and views and grants stay, which renaming would not let them. */
    @Override
    public void replace(DestinationTable loaded, DestinationTable table)
            throws DestinationException, InterruptedException {
        link.call(dialect::failure, () -> {
            Target from = target(loaded);
            Target to = target(table);
            link.transaction(() -> {
                hold(from);
                link.execute(to.clear(), List.of());
                link.execute(to.take(from), List.of());
                positions.set(to, positions.find(from).orElseThrow());
                positions.forget(from);
            });
            link.define(from.drop());
            return to;
        });
    }

    @Override
    public void close() {
        link.close();
    }

    private Target target(DestinationTable table) throws SQLException {
        if (table.schema().isPresent()) {
            return new Target(dialect, dialect.folded(table.schema().get()), table);
        }
        if (usualSchema.isEmpty()) {
            usualSchema = link.query(row -> Optional.ofNullable(row.getString(1)), dialect.currentSchema(), List.of())
                    .getFirst();
        }
        return new Target(
                dialect,
                usualSchema.orElseThrow(() -> new SQLException("The connection has no schema", "3F000")),
                table);
    }
}
