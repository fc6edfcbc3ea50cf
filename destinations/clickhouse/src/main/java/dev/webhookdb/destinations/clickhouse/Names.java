package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.DestinationTable;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;

/** How things are called in SQL. */
final class Names {
    /** The table that positions are kept in. */
    static final String POSITIONS = "_webhookdb_positions";

    /** The column that says whether what a row is about was deleted. */
    static final String DELETED = "_deleted";

    /** The column with the values that other columns cannot hold. */
    static final String RAW = "_raw";

    private static final String CURRENT = "_current";

    private Names() {}

    /** Quotes an identifier; the only way in which one gets into a statement. */
    static String quoted(String name) {
        return "`" + escaped(name).replace("`", "\\`") + "`";
    }

    static String quoted(String database, String name) {
        return quoted(database) + "." + quoted(name);
    }

    /** Quotes identifiers, and puts commas between them. */
    static String list(Collection<String> names) {
        return names.stream().map(Names::quoted).collect(Collectors.joining(", "));
    }

    /** Quotes a text; the only way in which one gets into a statement. */
    static String literal(String text) {
        return "'" + escaped(text).replace("'", "\\'") + "'";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\0", "\\0");
    }

    /** Returns the name of the view with the current rows of a table. */
    static String current(DestinationTable table) {
        return table.name() + CURRENT;
    }

    /** Returns the name under which a table is prepared: the same for each attempt, so that the next one finds what is left. */
    static String prepared(DestinationTable table) {
        return "_webhookdb_new_"
                + UUID.nameUUIDFromBytes(table.name().getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
    }
}
