package dev.webhookdb.sql;

import dev.webhookdb.config.ServerAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** How a connection is made: by the same rules for the pools, the probes, the migrations and the administration. */
public final class DataSources {
    /** A server that is there answers a connection attempt in less; ingest has to answer within two seconds. */
    private static final String CONNECT_SECONDS = "1";

    /** After so many executions on a connection a statement is prepared on the server. */
    private static final String PREPARE_THRESHOLD = "3";

    private DataSources() {}

    /**
     * Connections to a server.
     *
     * @param silence for how long a server may say nothing before it counts as dead; zero for ever
     */
    public static PGSimpleDataSource of(ServerAddress address, Duration silence) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        String host = address.host();
        source.setServerNames(new String[] {host.indexOf(':') >= 0 ? "[" + host + "]" : host});
        source.setPortNumbers(new int[] {address.port()});
        source.setDatabaseName(address.database());
        source.setUser(address.username());
        source.setPassword(address.password().reveal());
        Map<String, String> defaults = Map.of(
                "ApplicationName",
                "webhookdb",
                "connectTimeout",
                CONNECT_SECONDS,
                "prepareThreshold",
                PREPARE_THRESHOLD,
                "socketTimeout",
                Long.toString(silence.toSeconds()),
                "tcpKeepAlive",
                "true");
        defaults.forEach((name, value) -> set(source, name, value));
        address.parameters().forEach((name, value) -> set(source, name, value));
        return source;
    }

    private static void set(PGSimpleDataSource source, String name, String value) {
        try {
            source.setProperty(name, value);
        } catch (SQLException failure) {
            throw DatabaseException.of(
                    failure,
                    "The connection parameter \"%s\" of the database URL has a value that cannot be used: correct or remove it."
                            .formatted(name));
        }
    }
}
