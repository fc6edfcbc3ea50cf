package dev.webhookdb.destinations.jdbc;

import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A table that is there, compared with what it has to be. */
final class Shape {
    private final Dialect dialect;
    private final Target target;
    private final Existing there;

    Shape(Dialect dialect, Target target, Existing there) {
        this.dialect = dialect;
        this.target = target;
        this.there = there;
    }

    /**
     * Returns the columns that are missing.
     *
     * @throws DestinationException if the table cannot be used
     */
    List<DestinationColumn> missing() throws DestinationException {
        if (!there.kind().equals("BASE TABLE")) {
            throw unfit("is no table but a " + there.kind());
        }
        Set<String> known = new HashSet<>();
        List<DestinationColumn> missing = new ArrayList<>();
        for (DestinationColumn column : target.definition().columns()) {
            String name = dialect.folded(column.name());
            known.add(name);
            Optional<Existing.Column> found = there.column(name);
            if (found.isPresent()) {
                compare(column, found.get());
            } else if (needed(column)) {
                throw unfit("has no column '%s', thus it was not made for this".formatted(name));
            } else {
                missing.add(column);
            }
        }
        for (Existing.Column column : there.columns()) {
            if (!known.contains(column.name()) && column.required() && !column.filled()) {
                throw unfit("has the column '%s', which needs a value that is not copied".formatted(column.name()));
            }
        }
        return missing;
    }

    private void compare(DestinationColumn column, Existing.Column found) throws DestinationException {
        if (!dialect.holds(column.type(), found)) {
            String length = found.length() > 0 ? "(%d)".formatted(found.length()) : "";
            throw unfit("has the column '%s' of the type %s%s, and not %s"
                    .formatted(found.name(), found.type(), length, dialect.type(column.type())));
        }
        if (found.required() && !needed(column)) {
            throw unfit("has the column '%s', which must take NULL".formatted(found.name()));
        }
    }

    /** Refuses what can only be seen in the rows, and what only this warehouse has. */
    void requireUsable(Link link) throws SQLException, DestinationException {
        Optional<String> obstacle = dialect.obstacle(link, target);
        if (obstacle.isPresent()) {
            throw unfit(obstacle.get());
        }
        if (link.number(target.ambiguous(), List.of()) > 0) {
            throw unfit("has rows without a key in '%s', or with the same one"
                    .formatted(dialect.folded(target.definition().key())));
        }
    }

    private boolean needed(DestinationColumn column) {
        return column.name().equals(target.definition().key()) || column.name().equals(DestinationTable.CHANGE);
    }

    private DestinationException unfit(String problem) {
        return new DestinationException(
                Reason.TABLE,
                "The table '%s' %s. Remove or rename it, or choose another name.".formatted(target.table(), problem));
    }
}
