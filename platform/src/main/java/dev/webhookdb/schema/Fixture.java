package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A resource's table in a database of somebody's own, to test with: what the resource declares, and nothing that is the platform's.
 *
 * <p>Immutable.
 */
public final class Fixture {
    private final Resource resource;
    private final String table;
    private final String name;

    private Fixture(Resource resource, String table, String name) {
        this.resource = resource;
        this.table = table;
        this.name = name;
    }

    /** Returns the fixture whose table is called after the resource. */
    public static Fixture of(Resource resource) {
        String table = Identifiers.fitting(resource.name() + "_fixture");
        return new Fixture(resource, table, table);
    }

    /** Returns the fixture with another name for its table, one that {@link Identifiers#isAllowed} lets through. */
    public static Fixture of(Resource resource, String table) {
        return new Fixture(resource, table, quote(table));
    }

    /** Returns the statements that create the table and its indexes, whose names contain the table's: a schema has each name once. */
    public String schema() {
        List<String> lines = new ArrayList<>();
        lines.add("  pk bigserial PRIMARY KEY");
        lines.add("  %s text UNIQUE NOT NULL".formatted(quote(resource.key().name())));
        resource.columns()
                .forEach(column ->
                        lines.add("  %s %s ".formatted(quote(column.name()), Expression.typeName(column.type()))));
        if (resource.deletable()) {
            lines.add("  deleted_at timestamptz ");
        }
        lines.add("  data jsonb NOT NULL");
        String indexes = resource.columns().stream()
                .filter(Column::indexed)
                .map(this::index)
                .collect(Collectors.joining());
        return "CREATE TABLE %s (\n%s\n);%s".formatted(name, String.join(",\n", lines), indexes);
    }

    private String index(Column column) {
        String index = Identifiers.fitting("%s_%s_idx".formatted(table, column.name()));
        return "\nCREATE INDEX IF NOT EXISTS %s ON %s (%s);"
                .formatted(name.equals(table) ? index : quote(index), name, quote(column.name()));
    }

    /**
     * Returns a query for what the platform would store of a resource: one row with a text or NULL for each declared column, under the
     * column's name. Parameters: {@code data} (JSON text) and {@code as_of} (timestamptz).
     */
    public String conversion() {
        return resource.columns().stream()
                .map(column ->
                        "(%s)::text as %s".formatted(Expression.of(column, "data", "as_of"), quote(column.name())))
                .collect(Collectors.joining(
                        ",\n",
                        "select data #>> %s as %s,\n"
                                .formatted(
                                        path(resource.key()),
                                        quote(resource.key().name())),
                        "\nfrom (select (:data)::jsonb as data, (:as_of)::timestamptz as as_of) as resource"));
    }

    private static String path(Column column) {
        return column.path().stream().map(Identifiers::literal).collect(Collectors.joining(", ", "array[", "]"));
    }

    /**
     * Returns the statement that inserts a row.
     *
     * @param values texts by column, as {@link #conversion} returned them; without those that are NULL
     * @param data the resource, JSON text
     */
    public String insert(Map<String, String> values, String data) {
        List<String> columns = new ArrayList<>(values.keySet());
        columns.add("data");
        List<String> literals = new ArrayList<>(
                values.values().stream().map(Identifiers::literal).toList());
        literals.add(literal(data));
        return "INSERT INTO %s (%s)\nVALUES (%s);"
                .formatted(
                        name,
                        columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ")),
                        String.join(", ", literals));
    }
}
