package dev.webhookdb.destinations.clickhouse;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A table or view that is there.
 *
 * @param full the engine with its parameters, and what follows it
 * @param id goes with the table wherever it is renamed
 */
record Existing(
        String engine,
        String full,
        String sortingKey,
        String partitionKey,
        String id,
        String comment,
        List<Existing.Column> columns) {
    private static final Pattern REPLACING = Pattern.compile(
            "(Replicated|Shared)?ReplacingMergeTree\\((.*, )?_change, _deleted\\)( .*)?", Pattern.DOTALL);

    /**
     * A column.
     *
     * @param kind of its default, for example {@code MATERIALIZED}; empty if it has none
     */
    record Column(String name, String type, String kind) {}

    Existing {
        columns = List.copyOf(columns);
    }

    /** Returns whether of two states of a row the one with the greater change number stays. */
    boolean isReplacing() {
        return REPLACING.matcher(full).matches();
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    List<String> names() {
        return columns.stream().map(Column::name).toList();
    }
}
