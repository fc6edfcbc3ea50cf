package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How a table is made, or changed into what it has to be. */
final class Shape {
    private static final Set<String> GIVEN = Set.of("", "DEFAULT");

    private final DestinationTable table;
    private final String target;

    /**
     * Describes a table.
     *
     * @param target its quoted name
     * @throws DestinationException if it has columns that are needed for something else
     */
    Shape(DestinationTable table, String target) throws DestinationException {
        this.table = table;
        this.target = target;
        for (String own : List.of(Names.DELETED, Names.RAW)) {
            if (table.index(own) >= 0) {
                throw unfit("would have two columns '%s'".formatted(own));
            }
        }
    }

    /**
     * What has to be done to a table that is there.
     *
     * @param clauses of {@code ALTER TABLE}; none if it is as it has to be
     * @param added whether columns are added
     */
    record Changes(List<String> clauses, boolean added) {}

    /** Returns the statement that makes the table. */
    String create() {
        String columns = table.columns().stream()
                .map(column -> Names.quoted(column.name()) + " " + type(column))
                .collect(Collectors.joining(", "));
        return "CREATE TABLE %s (%s, %s %s, %s %s) ENGINE = ReplacingMergeTree(%s, %3$s) ORDER BY %s"
                .formatted(
                        target,
                        columns,
                        Names.quoted(Names.DELETED),
                        Types.DELETED,
                        Names.quoted(Names.RAW),
                        Types.RAW,
                        Names.quoted(DestinationTable.CHANGE),
                        Names.quoted(table.key()));
    }

    /**
     * Returns what is to be changed in a table.
     *
     * @throws DestinationException if it cannot be used
     */
    Changes changes(Existing there) throws DestinationException {
        if (!there.isReplacing()) {
            throw unfit("is of the engine '%s', and must be of ReplacingMergeTree(_change, _deleted)"
                    .formatted(there.engine()));
        }
        if (!Set.of(table.key(), Names.quoted(table.key())).contains(there.sortingKey())) {
            throw unfit(
                    "is ordered by '%s', and must be ordered by '%s' alone".formatted(there.sortingKey(), table.key()));
        }
        if (!there.partitionKey().isEmpty()) {
            throw unfit("has partitions, in which a batch would be written in parts");
        }
        requireOwn(there, DestinationTable.CHANGE, Types.CHANGE);
        requireOwn(there, Names.DELETED, Types.DELETED);
        return columns(there);
    }

    private void requireOwn(Existing there, String name, String type) throws DestinationException {
        String found = there.column(name).map(Existing.Column::type).orElse("");
        if (!found.equals(type)) {
            throw unfit("has the column '%s' of the type %s, and not %s".formatted(name, found, type));
        }
    }

    private Changes columns(Existing there) throws DestinationException {
        List<String> clauses = new ArrayList<>();
        boolean added = false;
        String place = "FIRST";
        for (DestinationColumn column : table.columns()) {
            Optional<Existing.Column> found = there.column(column.name());
            if (found.isPresent()) {
                widening(column, found.get()).ifPresent(clauses::add);
            } else {
                clauses.add("ADD COLUMN IF NOT EXISTS %s %s %s"
                        .formatted(Names.quoted(column.name()), type(column), place));
                added = true;
            }
            place = "AFTER " + Names.quoted(column.name());
        }
        raw(there).ifPresent(clauses::add);
        return new Changes(clauses, added);
    }

    private Optional<String> raw(Existing there) throws DestinationException {
        Optional<Existing.Column> found = there.column(Names.RAW);
        if (found.isEmpty()) {
            return Optional.of("ADD COLUMN IF NOT EXISTS %s %s".formatted(Names.quoted(Names.RAW), Types.RAW));
        }
        if (!Types.isRaw(found.get().type())) {
            throw unfit("has the column '%s' of the type %s, and not %s"
                    .formatted(Names.RAW, found.get().type(), Types.RAW));
        }
        return Optional.empty();
    }

    private Optional<String> widening(DestinationColumn column, Existing.Column there) throws DestinationException {
        if (!GIVEN.contains(there.kind())) {
            throw unfit("has the column '%s', which is computed".formatted(there.name()));
        }
        return switch (fit(column, there)) {
            case FITS -> Optional.empty();
            case WIDENED -> Optional.of("MODIFY COLUMN %s %s".formatted(Names.quoted(there.name()), type(column)));
            case UNFIT ->
                throw unfit("has the column '%s' of the type %s, and not %s"
                        .formatted(there.name(), there.type(), type(column)));
        };
    }

    private Types.Fit fit(DestinationColumn column, Existing.Column there) {
        return isOwn(column)
                ? there.type().equals(type(column)) ? Types.Fit.FITS : Types.Fit.UNFIT
                : Types.fit(column.type(), there.type());
    }

    private boolean isOwn(DestinationColumn column) {
        return column.name().equals(table.key()) || column.name().equals(DestinationTable.CHANGE);
    }

    private String type(DestinationColumn column) {
        if (column.name().equals(table.key())) {
            return Types.KEY;
        }
        return column.name().equals(DestinationTable.CHANGE) ? Types.CHANGE : Types.of(column.type());
    }

    private DestinationException unfit(String problem) {
        return new DestinationException(
                Reason.TABLE,
                "The table '%s' %s. Remove or rename it, or choose another name.".formatted(table.name(), problem));
    }
}
