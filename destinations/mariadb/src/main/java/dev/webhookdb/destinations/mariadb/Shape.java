package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a table is made, or changed into what it has to be. */
final class Shape {
    private final DestinationTable table;
    private final String target;
    private final String collation;

    /**
     * Describes a table.
     *
     * @param target its quoted name
     * @param collation of its texts
     */
    Shape(DestinationTable table, String target, String collation) {
        this.table = table;
        this.target = target;
        this.collation = collation;
    }

    /**
     * What has to be done to a table that is there.
     *
     * @param clauses of {@code ALTER TABLE}; none if it is as it has to be
     * @param added whether columns are added
     */
    record Changes(List<String> clauses, boolean added) {}

    /** Returns the statement that makes the table. */
    String create(String id) {
        String columns = table.columns().stream()
                .map(column -> Names.quoted(column.name()) + " " + definition(column))
                .collect(Collectors.joining(", "));
        return "CREATE TABLE %s (%s, PRIMARY KEY (%s)) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE %s COMMENT = %s"
                .formatted(target, columns, Names.quoted(table.key()), collation, Names.literal(Existing.marker(id)));
    }

    /** Returns the statement that changes the table. */
    String alter(List<String> clauses) {
        return "ALTER TABLE %s %s".formatted(target, String.join(", ", clauses));
    }

    /**
     * Returns what is to be changed in a table.
     *
     * @throws DestinationException if it cannot be used
     */
    Changes changes(Existing there) throws DestinationException {
        if (!there.kind().equals("BASE TABLE") || !there.engine().equalsIgnoreCase("InnoDB")) {
            throw unfit("is a %s of the engine '%s', and must be a table of InnoDB"
                    .formatted(there.kind().toLowerCase(Locale.ROOT), there.engine()));
        }
        indexes(there);
        for (Existing.Column column : there.columns()) {
            if (column.required() && !column.generated() && table.index(column.name()) < 0) {
                throw unfit("has the column '%s', which needs a value that is not copied".formatted(column.name()));
            }
        }
        return columns(there);
    }

    private void indexes(Existing there) throws DestinationException {
        for (Existing.Index index : there.unique()) {
            if (!index.whole() || !index.columns().equals(List.of(table.key()))) {
                throw unfit(
                        "has the unique index '%s', with which a row could change another one".formatted(index.name()));
            }
        }
        if (there.unique().isEmpty()) {
            throw unfit("has no primary key on '%s'".formatted(table.key()));
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
                clauses.add("ADD COLUMN %s %s %s".formatted(Names.quoted(column.name()), definition(column), place));
                added |= !column.name().equals(DestinationTable.CHANGE);
            }
            place = "AFTER " + Names.quoted(column.name());
        }
        return new Changes(clauses, added);
    }

    private Optional<String> widening(DestinationColumn column, Existing.Column there) throws DestinationException {
        boolean key = column.name().equals(table.key());
        boolean change = column.name().equals(DestinationTable.CHANGE);
        if (there.generated() || (!there.nullable() && !key && !change)) {
            throw unfit("has the column '%s', which must take every value, and NULL".formatted(there.name()));
        }
        return switch (key ? Types.fitKey(collation, there) : Types.fit(column.type(), there)) {
            case FITS -> Optional.empty();
            case WIDENED -> Optional.of("MODIFY COLUMN %s %s".formatted(Names.quoted(there.name()), wide(column)));
            case UNFIT ->
                throw unfit("has the column '%s' of the type %s, and not %s"
                        .formatted(there.name(), there.full(), definition(column)));
        };
    }

    private String definition(DestinationColumn column) {
        if (column.name().equals(table.key())) {
            return Types.key(collation) + " NOT NULL";
        }
        return column.name().equals(DestinationTable.CHANGE)
                ? Types.of(Column.Type.BIGINT) + " NOT NULL DEFAULT 0"
                : Types.of(column.type()) + " NULL";
    }

    private String wide(DestinationColumn column) {
        String definition = definition(column);
        return definition.startsWith("longtext") ? Types.text(collation) + " NULL" : definition;
    }

    private DestinationException unfit(String problem) {
        return new DestinationException(
                Reason.TABLE,
                "The table '%s' %s. Remove or rename it, or choose another name.".formatted(table.name(), problem));
    }
}
