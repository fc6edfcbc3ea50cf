package dev.webhookdb.destinations.duckdb;

import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import dev.webhookdb.testkit.destination.Feature;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB does what every destination must do. */
class DuckdbDestinationTest extends DestinationConformance {
    private static final String KEY = "charge_id varchar not null";
    private static final String CHANGE = ", _change bigint";

    @TempDir
    static Path directory;

    @Override
    protected Destination destination() {
        return new DuckdbDestination(() -> Optional.of(directory));
    }

    @Override
    protected URI url() {
        return URI.create("duckdb:///kit.duckdb");
    }

    @Override
    protected Set<Feature> features() {
        return EnumSet.complementOf(EnumSet.of(Feature.PASSWORDS, Feature.SOCKETS));
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's \"Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("duckdb:///etc/kit.duckdb"),
                URI.create("duckdb:///../kit.duckdb"),
                URI.create("duckdb:///..%2Fkit.duckdb"),
                URI.create("duckdb:////etc/kit.duckdb"),
                URI.create("duckdb:///.duckdb"),
                URI.create("duckdb:///kit;access_mode=read_only.duckdb"),
                URI.create("duckdb:///kit.duckdb?enable_external_access=true"),
                URI.create("duckdb:///kit.duckdb#s3cr3t"),
                URI.create("duckdb://user:s3cr3t@host/kit.duckdb"));
    }

    @Override
    protected List<Map<String, String>> rows(DestinationTable table) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select * from " + target(table))) {
            List<Map<String, String>> rows = new ArrayList<>();
            while (answer.next()) {
                Map<String, String> row = new HashMap<>();
                for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                    row.put(answer.getMetaData().getColumnName(i), form(answer, i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            if (e.getMessage().startsWith("Catalog Error")) {
                return List.of();
            }
            throw e;
        }
    }

    /** Returns a value in the form of the source. */
    private static String form(ResultSet answer, int place) throws SQLException {
        Object value = answer.getObject(place);
        return switch (value) {
            case null -> null;
            case java.time.OffsetDateTime time ->
                time.withOffsetSameInstant(java.time.ZoneOffset.UTC)
                        .format(java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS'+00'"));
            case Array array ->
                Arrays.stream((Object[]) array.getArray())
                        .map(text -> text == null
                                ? "NULL"
                                : "\"" + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
            default -> value.toString();
        };
    }

    @Override
    protected List<String> columns(DestinationTable table) throws Exception {
        return read(
                "select column_name || ' ' || data_type from information_schema.columns where table_schema = '%s' and table_name = '%s' order by ordinal_position"
                        .formatted(
                                table.schema().orElse("main").replace("'", "''"),
                                table.name().replace("'", "''")));
    }

    @Override
    protected void remove(DestinationTable table) throws Exception {
        boolean view = !read("select 1 from duckdb_views() where view_name = '%s'"
                        .formatted(table.name().replace("'", "''")))
                .isEmpty();
        execute("drop %s if exists %s".formatted(view ? "view" : "table", target(table)));
    }

    @Override
    protected void deleteSomeRow(DestinationTable table) throws Exception {
        execute("delete from %1$s where rowid = (select min(rowid) from %1$s)".formatted(target(table)));
    }

    @Override
    protected Map<String, Change> unfit() {
        Map<String, Change> ways = new LinkedHashMap<>();
        ways.put("a column of another type", made(KEY + ", amount date" + CHANGE));
        ways.put("a narrower type that is not widened", made(KEY + ", amount smallint" + CHANGE));
        ways.put("a key that is not unique", table -> {
            made(KEY + CHANGE).apply(table);
            execute("insert into %s (charge_id) values ('ch_0')".formatted(target(table)));
        });
        ways.put("a row without a key", table -> {
            made("charge_id varchar" + CHANGE).apply(table);
            execute("insert into %s (charge_id) values (null)".formatted(target(table)));
        });
        ways.put("a primary key", made("charge_id varchar primary key" + CHANGE));
        ways.put("a unique index", table -> {
            made(KEY + ", customer varchar" + CHANGE).apply(table);
            execute("create unique index on_customer_%s on %s (customer)".formatted(table.name(), target(table)));
        });
        ways.put("a column that needs a value", made(KEY + ", note varchar not null" + CHANGE));
        ways.put("a column that takes no NULL", made(KEY + ", amount bigint not null default 0" + CHANGE));
        ways.put("a table that was not made for this", made(KEY));
        ways.put("a view", table -> execute("create view %s as select 'ch_0' as charge_id".formatted(target(table))));
        return ways;
    }

    private static Change made(String definition) {
        return table -> {
            boolean note = definition.contains("note");
            execute("create table %s (%s)".formatted(target(table), definition));
            execute("insert into %s (charge_id%s) values ('ch_0'%s)"
                    .formatted(target(table), note ? ", note" : "", note ? ", 'mine'" : ""));
        };
    }

    private static String target(DestinationTable table) {
        return Target.quoted(table.schema().orElse("main")) + "." + Target.quoted(table.name());
    }

    /** All connections of a process have to have the same settings. */
    private static Connection connect() throws SQLException {
        return new DuckDBDriver()
                .connect("jdbc:duckdb:" + directory.resolve("kit.duckdb"), DuckdbDestination.settings());
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> read(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (answer.next()) {
                values.add(answer.getString(1));
            }
            return values;
        }
    }
}
