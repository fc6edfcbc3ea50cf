package dev.webhookdb.destinations.redshift;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.embedded.TestServer;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import java.net.URI;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Redshift does what every destination must do, as far as PostgreSQL shows it: Redshift's driver speaks with a real PostgreSQL, which has the
 * statements that are used. What PostgreSQL has otherwise is in {@link RedshiftDialectTest}.
 */
class RedshiftDestinationTest extends DestinationConformance {
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String KEY = "charge_id varchar(65535) not null";
    private static final String CHANGE = ", _change bigint";
    private static final ServerAddress SERVER =
            TestServer.standard().untilTheEnd().address();
    private static final Front FRONT = Front.of(SERVER.host(), SERVER.port());
    private static final String WRITER = "writer_" + SERVER.database();
    private static final String READER = "reader_" + SERVER.database();

    static {
        askForPasswordsAsTheyAre();
        execute("create role %s login password 'wr~iter'".formatted(WRITER));
        execute("create role %s login password 'wr~iter'".formatted(READER));
        execute("grant all on database %s to %s".formatted(SERVER.database(), WRITER));
        execute("grant all on schema public to " + WRITER);
        execute("revoke create on schema public from public");
    }

    /** Redshift's driver does not prove passwords as PostgreSQL wants it otherwise. */
    private static void askForPasswordsAsTheyAre() {
        String loaded = "select pg_conf_load_time()";
        String before = read(loaded).getFirst();
        execute("""
                do $$ begin
                  execute format('copy (values (%L)) to %L', 'host all all all password', current_setting('hba_file'));
                  perform pg_reload_conf();
                end $$""");
        while (read(loaded).getFirst().equals(before)) {
            Thread.onSpinWait();
        }
    }

    @Override
    protected Destination destination() {
        return new RedshiftDestination();
    }

    @Override
    protected URI url() {
        return url(WRITER);
    }

    private static URI url(String role) {
        return URI.create("redshift://%s:%s@127.0.0.1:%d/%s?sslmode=disable"
                .formatted(role, URLEncoder.encode("wr~iter", UTF_8), FRONT.port(), SERVER.database()));
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
                URI.create("redshift://user:s3cr3t@host"),
                URI.create("redshift://user:s3cr3t@host/"),
                URI.create("redshift://user:s3cr3t@host/one/two"),
                URI.create("redshift://:s3cr3t@host/database"),
                URI.create("redshift://host/database?password=s3cr3t"),
                URI.create("redshift://user:s3cr3t@one,two/database"),
                URI.create("redshift://user:s3cr3t@host/database?socketFactory=some.Class"),
                URI.create("redshift://user:s3cr3t@host/database?sslmode=perhaps"),
                URI.create("redshift://user:s3cr3t@host/database?sslmode=require&sslmode=disable"),
                URI.create("redshift://user:s3cr3t@host/database?sslrootcert=/etc/passwd"),
                URI.create("redshift://user:pass#s3cr3t@host/database"));
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
                        String name = answer.getMetaData().getColumnName(i);
                        row.put(name, JsonArrays.form(table, name, answer.getString(i)));
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
        ways.put("a column of another type", made(KEY + ", amount date" + CHANGE));
        ways.put("a narrower type that is not widened", made(KEY + ", amount smallint" + CHANGE));
        ways.put("a text that is too short", made("charge_id varchar(255) not null" + CHANGE));
        ways.put("a key that is not unique", table -> {
            made(KEY + CHANGE).apply(table);
            execute("insert into %s (charge_id) values ('ch_0')".formatted(target(table)));
        });
        ways.put("a row without a key", table -> {
            made("charge_id varchar(65535)" + CHANGE).apply(table);
            execute("insert into %s (charge_id) values (null)".formatted(target(table)));
        });
        ways.put("a column that needs a value", made(KEY + ", note text not null" + CHANGE));
        ways.put("a column that takes no NULL", made(KEY + ", amount bigint not null default 0" + CHANGE));
        ways.put("a table that was not made for this", made(KEY));
        ways.put(
                "a view",
                table -> execute("create view %s as select 'ch_0'::text as charge_id".formatted(target(table))));
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
        return Target.quoted(lower(table.schema().orElse("public"))) + "." + Target.quoted(lower(table.name()));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
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
