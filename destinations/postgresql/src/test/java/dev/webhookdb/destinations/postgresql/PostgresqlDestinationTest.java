package dev.webhookdb.destinations.postgresql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import dev.webhookdb.testkit.destination.Feature;
import java.net.URI;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL does what every destination must do. */
class PostgresqlDestinationTest extends DestinationConformance {
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String CHANGE = ", _change bigint";
    private static final ServerAddress SERVER = TestPostgres.freshAddress();
    private static final String WRITER = "writer_" + SERVER.database();
    private static final String READER = "reader_" + SERVER.database();

    static {
        execute("create role %s login password 'wr~iter'".formatted(WRITER));
        execute("create role %s login password 'wr~iter'".formatted(READER));
        execute("grant all on database %s to %s".formatted(SERVER.database(), WRITER));
        execute("grant all on schema public to " + WRITER);
        execute("revoke create on schema public from public");
    }

    @Override
    protected Destination destination() {
        return new PostgresqlDestination();
    }

    @Override
    protected URI url() {
        return url(WRITER);
    }

    private static URI url(String role) {
        return URI.create("postgres://%s:%s@%s:%d/%s"
                .formatted(role, URLEncoder.encode("wr~iter", UTF_8), SERVER.host(), SERVER.port(), SERVER.database()));
    }

    /** A server that trusts this machine asks for no password. */
    @Override
    protected Set<Feature> features() {
        Set<Feature> features = EnumSet.allOf(Feature.class);
        if (read("select 1 from pg_hba_file_rules where type = 'host' and auth_method = 'trust' limit 1")
                .isEmpty()) {
            return features;
        }
        features.remove(Feature.PASSWORDS);
        return features;
    }

    @Override
    protected Optional<URI> restricted() {
        return Optional.of(url(READER));
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's \"Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("postgres://user:s3cr3t@host"),
                URI.create("postgres://user:s3cr3t@host/"),
                URI.create("postgres://user:s3cr3t@host/one/two"),
                URI.create("postgres://:s3cr3t@host/database"),
                URI.create("postgres://host/database?password=s3cr3t"),
                URI.create("postgres://user:s3cr3t@one,two/database"),
                URI.create("postgres://user:s3cr3t@host/database?socketFactory=some.Class"),
                URI.create("postgres://user:s3cr3t@host/database?sslmode=perhaps"),
                URI.create("postgres://user:s3cr3t@host/database?sslmode=require&sslmode=disable"),
                URI.create("postgres://user:s3cr3t@host/database?sslrootcert=/etc/passwd"),
                URI.create("postgres://user:pass#s3cr3t@host/database"));
    }

    @Override
    protected List<Map<String, String>> rows(DestinationTable table) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            try (ResultSet answer =
                    statement.executeQuery("select %s from %s".formatted(texts(table), target(table)))) {
                List<Map<String, String>> rows = new ArrayList<>();
                while (answer.next()) {
                    Map<String, String> row = new LinkedHashMap<>();
                    for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                        row.put(answer.getMetaData().getColumnName(i), answer.getString(i));
                    }
                    rows.add(row);
                }
                return rows;
            }
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                return List.of();
            }
            throw e;
        }
    }

    /** Each column that is there, as the source writes it. */
    private static String texts(DestinationTable table) {
        List<String> texts = read("""
                select quote_ident(attname) || '::text as ' || quote_ident(attname) from pg_attribute
                where attrelid = to_regclass('%s') and attnum > 0 and not attisdropped order by attnum""".formatted(target(table).replace("'", "''")));
        return texts.isEmpty() ? "*" : String.join(", ", texts);
    }

    @Override
    protected List<String> columns(DestinationTable table) {
        return read("""
                select attname || ' ' || format_type(atttypid, null) from pg_attribute
                where attrelid = to_regclass('%s') and attnum > 0 and not attisdropped order by attnum""".formatted(target(table).replace("'", "''")));
    }

    @Override
    protected void remove(DestinationTable table) {
        boolean view = !read("select 1 from pg_class where relkind = 'v' and oid = to_regclass('%s')"
                        .formatted(target(table).replace("'", "''")))
                .isEmpty();
        execute("drop %s if exists %s".formatted(view ? "view" : "table", target(table)));
    }

    @Override
    protected void deleteSomeRow(DestinationTable table) {
        execute("delete from %1$s where ctid = (select min(ctid) from %1$s)".formatted(target(table)));
    }

    @Override
    protected Map<String, Change> unfit() {
        Map<String, Change> ways = new LinkedHashMap<>();
        ways.put("a column of another type", made("charge_id text primary key, amount date" + CHANGE));
        ways.put("a narrower type that is not widened", made("charge_id text primary key, amount smallint" + CHANGE));
        ways.put("a key that is not unique", made("charge_id text not null" + CHANGE));
        ways.put("a key that is unique in some rows only", table -> {
            execute("create table %s (charge_id text%s)".formatted(target(table), CHANGE));
            execute("create unique index on %s (charge_id) where charge_id > 'a'".formatted(target(table)));
            execute("alter table %s owner to %s".formatted(target(table), WRITER));
        });
        ways.put("a second unique index", made("charge_id text primary key, customer text unique" + CHANGE));
        ways.put("a column that needs a value", made("charge_id text primary key, note text not null" + CHANGE));
        ways.put(
                "a column that takes no NULL",
                made("charge_id text primary key, amount integer not null default 0" + CHANGE));
        ways.put(
                "a column that is computed",
                made("charge_id text primary key, amount integer generated always as (1 + 1) stored" + CHANGE));
        ways.put("a table that was not made for this", made("charge_id text primary key"));
        ways.put("a view", table -> {
            execute("create view %s as select 'ch_0'::text as charge_id".formatted(target(table)));
        });
        return ways;
    }

    private static Change made(String definition) {
        return table -> {
            execute("create table %s (%s)".formatted(target(table), definition));
            execute("insert into %s (charge_id%s) values ('ch_0'%s)"
                    .formatted(
                            target(table),
                            definition.contains("note") ? ", note" : "",
                            definition.contains("note") ? ", 'mine'" : ""));
            execute("alter table %s owner to %s".formatted(target(table), WRITER));
        };
    }

    private static String target(DestinationTable table) {
        return TableSql.quote(table.schema().orElse("public")) + "." + TableSql.quote(table.name());
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(SERVER.host(), SERVER.port(), SERVER.database()),
                SERVER.username(),
                SERVER.password().reveal());
    }

    private static void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> read(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (answer.next()) {
                values.add(answer.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
