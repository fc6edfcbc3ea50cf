package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** ClickHouse does what every destination must do. */
class ClickhouseDestinationTest extends DestinationConformance {
    private static final String UNKNOWN_TABLE = "Code: 60.";
    private static final String OWN = "_change Int64, _deleted UInt8";
    private static final String REPLACING = "ReplacingMergeTree(_change, _deleted)";

    @Override
    protected Destination destination() {
        return new ClickhouseDestination();
    }

    @Override
    protected URI url() {
        return ClickhouseServer.shared().url("kit");
    }

    @Override
    protected Optional<URI> restricted() {
        return Optional.of(ClickhouseServer.shared().url("reader"));
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's `Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("clickhouse://user:s3cr3t@host"),
                URI.create("clickhouse://user:s3cr3t@host/"),
                URI.create("clickhouse://user:s3cr3t@host/one/two"),
                URI.create("clickhouse://host/database?password=s3cr3t"),
                URI.create("clickhouse://us%3Aer:s3cr3t@host/database"),
                URI.create("clickhouse://user:s3cr3t@one,two/database"),
                URI.create("clickhouse://user:s3cr3t@host:9000/database"),
                URI.create("clickhouse://user:s3cr3t@host/database?ssl=perhaps"),
                URI.create("clickhouse://user:s3cr3t@host/database?ssl=true&ssl=false"),
                URI.create("clickhouse://user:s3cr3t@host/database?sslrootcert=/etc/passwd"),
                URI.create("clickhouse://user:s3cr3t@host/database?readonly=0"),
                URI.create("clickhouse://user:pass#s3cr3t@host/database"));
    }

    /** Reads the current rows, and the last states of what was deleted, which {@code FINAL} leaves out. */
    @Override
    protected List<Map<String, String>> rows(DestinationTable table) {
        try {
            return read("SELECT * FROM %s%s FORMAT JSONEachRow"
                            .formatted(target(table), isReplacing(table) ? last(table) : ""))
                    .stream()
                    .map(row -> row(table, row))
                    .toList();
        } catch (IllegalStateException e) {
            if (e.getMessage().contains(UNKNOWN_TABLE)) {
                return List.of();
            }
            throw e;
        }
    }

    private static String last(DestinationTable table) {
        return """
                 FINAL UNION ALL SELECT * FROM %2$s WHERE _deleted = 1
                AND (%1$s, _change) IN (SELECT %1$s, max(_change) FROM %2$s GROUP BY %1$s) LIMIT 1 BY %1$s""".formatted(Names.quoted(table.key()), target(table));
    }

    private static boolean isReplacing(DestinationTable table) {
        return execute("SELECT count() FROM system.tables WHERE %s AND engine_full LIKE '%%_change, _deleted%%'"
                        .formatted(named("name", table)))
                .strip()
                .equals("1");
    }

    private static List<Map<String, Object>> read(String sql) {
        return execute(sql).lines().map(JsonRows::read).toList();
    }

    private static String execute(String sql) {
        return ClickhouseServer.shared().execute(sql);
    }

    /** Returns a row without the columns of the destination's own. */
    private static Map<String, String> row(DestinationTable table, Map<String, Object> read) {
        Map<?, ?> raw = read.get(Names.RAW) instanceof Map<?, ?> kept ? kept : Map.of();
        Map<String, String> row = new HashMap<>();
        read.forEach((name, value) -> {
            if (table.index(name) >= 0) {
                DestinationColumn column = table.columns().get(table.index(name));
                row.put(name, form(column, raw.containsKey(name) ? raw.get(name) : value));
            }
        });
        return row;
    }

    /** Returns a value in the form of the source. */
    private static String form(DestinationColumn column, Object value) {
        if (value == null) {
            return null;
        }
        return switch (column.type()) {
            case TEXT, INTEGER, BIGINT, NUMERIC, DATE, JSON, BOOLEAN -> value.toString();
            case TIMESTAMP -> value.toString().matches(".*\\.\\d{6}") ? value + "+00" : value.toString();
            case TEXT_ARRAY -> value instanceof List<?> elements ? array(elements) : null;
        };
    }

    private static String array(List<?> elements) {
        return elements.stream()
                .map(element -> element == null
                        ? "NULL"
                        : "\"" + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Returns the columns of the table, without the two of the destination's own, which come last in a table that it made. */
    @Override
    protected List<String> columns(DestinationTable table) {
        return execute("""
                        SELECT concat(name, ' ', type) FROM system.columns
                        WHERE %s AND name NOT IN ('_deleted', '_raw') ORDER BY position FORMAT TabSeparatedRaw""".formatted(named("table", table))).lines().toList();
    }

    @Override
    protected void remove(DestinationTable table) {
        execute("DROP TABLE IF EXISTS " + target(table));
        execute("DROP VIEW IF EXISTS " + Names.quoted(table.schema().orElse("kit"), table.name() + "_current"));
    }

    @Override
    protected void deleteSomeRow(DestinationTable table) {
        execute("DELETE FROM %1$s WHERE %2$s = (SELECT min(%2$s) FROM %1$s)"
                .formatted(target(table), Names.quoted(table.key())));
    }

    @Override
    protected Map<String, Change> unfit() {
        Map<String, Change> ways = new LinkedHashMap<>();
        ways.put("a column of another type", made("amount Nullable(Date32), " + OWN, REPLACING, "charge_id"));
        ways.put("a key that is not unique", made(OWN, "MergeTree", "charge_id"));
        ways.put("another engine's order of states", made(OWN, "ReplacingMergeTree(_change)", "charge_id"));
        ways.put("another key", made("customer String, " + OWN, REPLACING, "(charge_id, customer)"));
        ways.put("partitions", made("day Date, " + OWN, REPLACING, "charge_id PARTITION BY day"));
        ways.put("a change number of another type", made("_change UInt32, _deleted UInt8", REPLACING, "charge_id"));
        ways.put("a column that is computed", made("amount Int32 MATERIALIZED 1, " + OWN, REPLACING, "charge_id"));
        ways.put("a narrower type that is not widened", made("amount UInt32, " + OWN, REPLACING, "charge_id"));
        ways.put("a column of ours that is something else", made("_raw String, " + OWN, REPLACING, "charge_id"));
        ways.put("the name of a view", table -> execute("CREATE VIEW %s AS SELECT 1 AS one".formatted(target(table))));
        return ways;
    }

    private static Change made(String columns, String engine, String order) {
        return table -> {
            execute("CREATE TABLE %s (charge_id String, %s) ENGINE = %s ORDER BY %s"
                    .formatted(target(table), columns, engine, order));
            execute("INSERT INTO %s (charge_id) VALUES ('ch_0')".formatted(target(table)));
        };
    }

    private static String named(String column, DestinationTable table) {
        return "database = %s AND %s = %s"
                .formatted(Names.literal(table.schema().orElse("kit")), column, Names.literal(table.name()));
    }

    private static String target(DestinationTable table) {
        return Names.quoted(table.schema().orElse("kit"), table.name());
    }
}
