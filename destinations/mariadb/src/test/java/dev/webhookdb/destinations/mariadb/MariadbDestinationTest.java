package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** MariaDB does what every destination must do. */
class MariadbDestinationTest extends DestinationConformance {
    private static final String KEY = "charge_id varchar(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
    private static final int NO_SUCH_TABLE = 1146;
    private static final MariadbServer SERVER = MariadbServer.shared();

    @Override
    protected Destination destination() {
        return new MariadbDestination();
    }

    @Override
    protected URI url() {
        return SERVER.url("kit");
    }

    @Override
    protected Optional<URI> restricted() {
        return Optional.of(SERVER.url("reader"));
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's `Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("mariadb://user:s3cr3t@host"),
                URI.create("mariadb://user:s3cr3t@host/"),
                URI.create("mariadb://user:s3cr3t@host/one/two"),
                URI.create("mariadb://host/database?password=s3cr3t"),
                URI.create("mariadb://user:s3cr3t@one,two/database"),
                URI.create("mariadb://user:s3cr3t@host/database?allowLocalInfile=true"),
                URI.create("mariadb://user:s3cr3t@host/database?socketFactory=some.Class"),
                URI.create("mariadb://user:s3cr3t@host/database?sslMode=prefer"),
                URI.create("mariadb://user:s3cr3t@host/database?sslMode=trust&sslMode=disable"),
                URI.create("mariadb://user:s3cr3t@host/database?serverSslCert=/etc/passwd"),
                URI.create("mariadb://user:s3cr3t@host/database?allowPublicKeyRetrieval=perhaps"),
                URI.create("mariadb://user:pass#s3cr3t@host/database"));
    }

    @Override
    protected List<Map<String, String>> rows(DestinationTable table) throws Exception {
        try (Connection connection = SERVER.connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT * FROM " + target(table))) {
            List<Map<String, String>> rows = new ArrayList<>();
            while (answer.next()) {
                rows.add(row(table, answer));
            }
            return rows;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return List.of();
            }
            throw e;
        }
    }

    private static Map<String, String> row(DestinationTable table, ResultSet answer) throws SQLException {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
            String name = answer.getMetaData().getColumnName(i);
            String value = answer.getString(i);
            row.put(name, value == null || table.index(name) < 0 ? value : form(column(table, name), value));
        }
        return row;
    }

    private static DestinationColumn column(DestinationTable table, String name) {
        return table.columns().get(table.index(name));
    }

    /** Returns a value in the form of the source. */
    private static String form(DestinationColumn column, String value) {
        return switch (column.type()) {
            case TEXT, INTEGER, BIGINT, NUMERIC, DATE, JSON -> value;
            case BOOLEAN -> value.equals("1") ? "true" : "false";
            case TIMESTAMP -> value + "+00";
            case TEXT_ARRAY -> array(value);
        };
    }

    private static String array(String json) {
        List<String> elements = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    elements.add("\"" + parser.getString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
                } else if (token == JsonToken.VALUE_NULL) {
                    elements.add("NULL");
                }
            }
        }
        return "{" + String.join(",", elements) + "}";
    }

    @Override
    protected List<String> columns(DestinationTable table) throws Exception {
        try (Connection connection = SERVER.connect();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT concat_ws(' ', column_name, column_type, collation_name) FROM information_schema.columns
                        WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position""")) {
            statement.setString(1, table.schema().orElse("kit"));
            statement.setString(2, table.name());
            List<String> columns = new ArrayList<>();
            try (ResultSet answer = statement.executeQuery()) {
                while (answer.next()) {
                    columns.add(answer.getString(1));
                }
            }
            return columns;
        }
    }

    @Override
    protected void remove(DestinationTable table) throws Exception {
        SERVER.execute("DROP TABLE IF EXISTS " + target(table));
    }

    @Override
    protected void deleteSomeRow(DestinationTable table) throws Exception {
        SERVER.execute("DELETE FROM %s LIMIT 1".formatted(target(table)));
    }

    @Override
    protected Map<String, Change> unfit() {
        Map<String, Change> ways = new LinkedHashMap<>();
        ways.put("a column of another type", made(KEY + " PRIMARY KEY, amount date"));
        ways.put("a narrower type that is not widened", made(KEY + " PRIMARY KEY, amount int unsigned"));
        ways.put("a key that is not unique", made(KEY + " NOT NULL"));
        ways.put("a key that ignores capitals", made("charge_id varchar(255) CHARACTER SET utf8mb4 PRIMARY KEY"));
        ways.put("a key that is unique in its beginning only", made(KEY + " NOT NULL, UNIQUE (charge_id(10))"));
        ways.put("a second unique index", made(KEY + " PRIMARY KEY, customer varchar(20) UNIQUE"));
        ways.put("a column that needs a value", made(KEY + " PRIMARY KEY, note varchar(20) NOT NULL"));
        ways.put("a column that takes no NULL", made(KEY + " PRIMARY KEY, amount int NOT NULL DEFAULT 0"));
        ways.put("a column that is computed", made(KEY + " PRIMARY KEY, amount int AS (1 + 1)"));
        ways.put(
                "an engine without transactions",
                table -> SERVER.execute(
                        "CREATE TABLE %s (charge_id varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PRIMARY KEY) ENGINE = MyISAM"
                                .formatted(target(table))));
        return ways;
    }

    private static Change made(String definition) {
        return table -> {
            SERVER.execute("CREATE TABLE %s (%s)".formatted(target(table), definition));
            SERVER.execute("INSERT INTO %s SET charge_id = 'ch_0'%s"
                    .formatted(target(table), definition.contains("note") ? ", note = 'mine'" : ""));
        };
    }

    private static String target(DestinationTable table) {
        return Names.quoted(table.schema().orElse("kit"), table.name());
    }
}
