package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.destination.DestinationTable;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** How things are called in SQL. */
final class Names {
    /** The table that positions are kept in. */
    static final String POSITIONS = "_webhookdb_positions";

    private Names() {}

    /** Quotes an identifier; the only way in which one gets into a statement. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static String quoted(String database, String name) {
        return quoted(database) + "." + quoted(name);
    }

    /** Quotes a text where a statement takes no parameter. */
    static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** Returns the name under which a table waits for its removal: the same for each attempt, so that the next one finds what is left. */
    static String discarded(DestinationTable table) {
        return "_webhookdb_old_"
                + UUID.nameUUIDFromBytes(table.name().getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
    }
}
