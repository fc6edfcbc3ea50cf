package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the server says of databases and tables. Names are compared as the server tells files apart. */
final class Catalog {
    private static final String DATABASE = """
            SELECT count(*) FROM information_schema.schemata
            WHERE schema_name = ? AND (@@lower_case_table_names > 0 OR CAST(schema_name AS BINARY) = CAST(? AS BINARY))""";

    private static final String TABLE = """
            SELECT table_type, coalesce(engine, ''), coalesce(table_comment, '') FROM information_schema.tables
            WHERE table_schema = ? AND table_name = ?
            AND (@@lower_case_table_names > 0 OR CAST(table_name AS BINARY) = CAST(? AS BINARY))""";

    private static final String COLUMNS = """
            SELECT column_name, data_type, column_type, coalesce(collation_name, ''), coalesce(datetime_precision, 0),
            is_nullable = 'YES', is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%auto_increment%',
            extra LIKE '%GENERATED%' AND extra NOT LIKE '%DEFAULT_GENERATED%'
            FROM information_schema.columns
            WHERE table_schema = ? AND table_name = ?
            AND (@@lower_case_table_names > 0 OR CAST(table_name AS BINARY) = CAST(? AS BINARY))
            ORDER BY ordinal_position""";

    private static final String UNIQUE = """
            SELECT index_name, group_concat(coalesce(column_name, '') ORDER BY seq_in_index SEPARATOR '`'), count(sub_part) = 0
            FROM information_schema.statistics
            WHERE table_schema = ? AND table_name = ? AND non_unique = 0
            AND (@@lower_case_table_names > 0 OR CAST(table_name AS BINARY) = CAST(? AS BINARY))
            GROUP BY index_name""";

    /** MariaDB's and MySQL's collation that tells texts apart by every character, blanks at the end included. */
    private static final String COLLATION = """
            SELECT collation_name FROM information_schema.collations
            WHERE collation_name IN ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin') ORDER BY collation_name DESC""";

    private final Link link;

    Catalog(Link link) {
        this.link = link;
    }

    boolean hasDatabase(String name) throws SQLException {
        return link.number(DATABASE, List.of(name, name)) > 0;
    }

    boolean hasTable(String database, String name) throws SQLException {
        return !link.query(row -> row.getString(1), TABLE, List.of(database, name, name))
                .isEmpty();
    }

    Optional<Existing> table(String database, String name) throws SQLException {
        List<String> names = List.of(database, name, name);
        List<Existing.Column> columns = link.query(Catalog::column, COLUMNS, names);
        List<Existing.Index> unique = link.query(Catalog::index, UNIQUE, names);
        return link
                .query(
                        row -> new Existing(row.getString(1), row.getString(2), row.getString(3), columns, unique),
                        TABLE,
                        names)
                .stream()
                .findFirst();
    }

    /** Returns the collation for keys. */
    String collation() throws SQLException, DestinationException {
        return link.query(row -> row.getString(1), COLLATION, List.of()).stream()
                .findFirst()
                .orElseThrow(() -> new DestinationException(
                        Reason.SETTINGS,
                        "The server is too old to tell keys apart that differ in blanks at the end. Use MariaDB 10.2 or MySQL 8.0.17, or"
                                + " a later version."));
    }

    private static Existing.Column column(ResultSet row) throws SQLException {
        return new Existing.Column(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8));
    }

    private static Existing.Index index(ResultSet row) throws SQLException {
        return new Existing.Index(row.getString(1), List.of(row.getString(2).split("`", -1)), row.getBoolean(3));
    }
}
