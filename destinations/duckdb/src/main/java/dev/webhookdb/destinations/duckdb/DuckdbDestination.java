package dev.webhookdb.destinations.duckdb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.WarehouseSession;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.duckdb.DuckDBDriver;

/**
 * DuckDB, which runs inside the host. It opens the one file, reads and writes no other one, loads no extension, and has a budget of memory
 * and threads; no statement can change that.
 */
public final class DuckdbDestination implements Destination {
    private static final System.Logger LOG = System.getLogger(DuckdbDestination.class.getName());

    private final Supplier<Optional<Path>> directory;

    /** Creates the destination. */
    public DuckdbDestination() {
        this(FilePlace::directory);
    }

    DuckdbDestination(Supplier<Optional<Path>> directory) {
        this.directory = directory;
    }

    @Override
    public String id() {
        return "duckdb";
    }

    @Override
    public String title() {
        return "DuckDB";
    }

    @Override
    public List<String> schemes() {
        return List.of("duckdb");
    }

    @Override
    public String example() {
        return FilePlace.EXAMPLE;
    }

    @Override
    public void check(URI url) {
        FilePlace.name(url);
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        Path file = FilePlace.of(place.url(), directory.get());
        try {
            // the driver reads what follows a semicolon as settings, and a file's name here has none
            Connection connection = new DuckDBDriver().connect("jdbc:duckdb:" + file, settings());
            return new WarehouseSession(new DuckdbDialect(), new Link(connection, () -> interrupt(connection)));
        } catch (SQLException e) {
            throw Failures.of(e);
        }
    }

    /**
     * The settings of https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview. All sessions of a file have to have the same.
     */
    static Properties settings() {
        Properties settings = new Properties();
        settings.setProperty("enable_external_access", "false");
        settings.setProperty("lock_configuration", "true");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("memory_limit", "512MB");
        settings.setProperty("threads", "2");
        return settings;
    }

    /** Cancelling concerns the connection, and not only the statement with which it is done. */
    private static void interrupt(Connection connection) {
        try {
            if (!connection.isClosed()) {
                try (Statement statement = connection.createStatement()) {
                    statement.cancel();
                }
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "There was nothing to be ended", e);
        }
    }
}
