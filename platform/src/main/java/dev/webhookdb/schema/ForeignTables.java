package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.sql.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Statements for people who want an organization's tables in a PostgreSQL of their own, with {@code postgres_fdw}: as foreign tables,
 * which ask this one for every query, and as materialized views, which keep a copy until they are refreshed.
 *
 * <p>They may be run again at any time: what is there stays, the address and password are brought up to date, and what is new is added.
 *
 * @see <a href="https://www.postgresql.org/docs/current/postgres-fdw.html">PostgreSQL: postgres_fdw</a>
 */
public final class ForeignTables {
    private final Names names;

    /**
     * What things are called in the other database.
     *
     * @param server the foreign server
     * @param tables the schema of the foreign tables
     * @param views the schema of the materialized views
     */
    public record Names(String server, String tables, String views) {}

    /** How the other database reaches this one. */
    public record Remote(
            String host, int port, String database, String username, String password, Optional<String> sslMode) {}

    /**
     * A table here.
     *
     * @param view the name of its materialized view
     * @param columns those of the view
     */
    public record Source(String table, String view, List<String> columns) {}

    public ForeignTables(Names names) {
        this.names = names;
    }

    /** Returns the statements that make the server and its tables known. */
    public String servers(Remote remote, int fetchSize, List<Source> sources) {
        List<String> location = Stream.concat(
                        Stream.of(
                                option("host", remote.host()),
                                option("port", Integer.toString(remote.port())),
                                option("dbname", remote.database()),
                                option("fetch_size", Integer.toString(fetchSize))),
                        remote.sslMode().stream().map(mode -> option("sslmode", mode)))
                .toList();
        List<String> credentials = List.of(option("user", remote.username()), option("password", remote.password()));
        String server = quote(names.server());
        return Stream.concat(
                        Stream.of(
                                "CREATE EXTENSION IF NOT EXISTS postgres_fdw;",
                                "CREATE SERVER IF NOT EXISTS %s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (%s);"
                                        .formatted(server, String.join(", ", location)),
                                "ALTER SERVER %s OPTIONS (%s);".formatted(server, set(location)),
                                "CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER %s OPTIONS (%s);"
                                        .formatted(server, String.join(", ", credentials)),
                                "ALTER USER MAPPING FOR CURRENT_USER SERVER %s OPTIONS (%s);"
                                        .formatted(server, set(credentials)),
                                "CREATE SCHEMA IF NOT EXISTS %s;".formatted(quote(names.tables()))),
                        sources.stream().map(this::foreignTable))
                .collect(Collectors.joining("\n"));
    }

    /** PostgreSQL has no way to import only what is missing, and importing again would take everything that is built on it along. */
    private String foreignTable(Source source) {
        return """
                DO $webhookdb$ BEGIN
                  IF to_regclass(%s) IS NULL THEN
                    IMPORT FOREIGN SCHEMA public LIMIT TO (%s) FROM SERVER %s INTO %s;
                  END IF;
                END $webhookdb$;""".formatted(
                        literal(foreign(source)), quote(source.table()), quote(names.server()), quote(names.tables()));
    }

    /** Returns the statement that creates the schema of the materialized views. */
    public String viewSchema() {
        return "CREATE SCHEMA IF NOT EXISTS %s;".formatted(quote(names.views()));
    }

    /** Returns the statements that create a table's materialized view, and how to refresh it; readers can go on meanwhile. */
    public String view(Source source) {
        String view = quote(names.views()) + "." + quote(source.view());
        return """
                CREATE MATERIALIZED VIEW IF NOT EXISTS %1$s AS
                  SELECT %2$s FROM %3$s;
                CREATE UNIQUE INDEX IF NOT EXISTS %4$s ON %1$s (pk);
                -- REFRESH MATERIALIZED VIEW CONCURRENTLY %1$s;""".formatted(
                        view,
                        source.columns().stream().map(Identifiers::quote).collect(Collectors.joining(", ")),
                        foreign(source),
                        quote(Identifiers.fitting(source.view() + "_pk_idx")));
    }

    private String foreign(Source source) {
        return quote(names.tables()) + "." + quote(source.table());
    }

    private static String option(String name, String value) {
        return name + " " + literal(value);
    }

    private static String set(List<String> options) {
        return options.stream().map(option -> "SET " + option).collect(Collectors.joining(", "));
    }
}
