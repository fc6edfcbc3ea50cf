package dev.webhookdb.platform;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.embedded.EmbeddedServer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The platform's database before this version is started on it: what the start would do. Nothing in it is changed, and other hosts may
 * use it meanwhile. An embedded server that does not run is started for it, and stopped when this is closed.
 *
 * <p>Thread-safe.
 */
public final class PlatformInspection implements AutoCloseable {
    /**
     * A step that brings the tables to this version.
     *
     * @param version its number
     * @param description for people
     */
    public record Migration(String version, String description) {}

    private final ServerAddress address;
    private final Optional<EmbeddedServer> started;
    private final Database database;

    private PlatformInspection(ServerAddress address, Optional<EmbeddedServer> started) {
        this.address = address;
        this.started = started;
        this.database = new Database(new Pool(address, 1, 0));
    }

    /**
     * Opens the database that is configured; nothing if it is the embedded one, which the first start has yet to make.
     *
     * @throws dev.webhookdb.sql.DatabaseException with a sentence if it cannot be reached
     */
    public static Optional<PlatformInspection> open(Configuration configuration) {
        Optional<ServerAddress> configured = configuration.database().platform();
        if (configured.isPresent()) {
            ServerCheck.checkPlatform(configured.get(), "database.url");
            return Optional.of(new PlatformInspection(configured.get(), Optional.empty()));
        }
        Path directory = configuration.dataDirectory();
        if (!EmbeddedServer.exists(directory)) {
            return Optional.empty();
        }
        Optional<ServerAddress> running = EmbeddedServer.running(directory);
        if (running.isPresent()) {
            return Optional.of(new PlatformInspection(running.get(), Optional.empty()));
        }
        EmbeddedServer server = EmbeddedServer.start(directory, new BackgroundTasks());
        return Optional.of(new PlatformInspection(server.address(), Optional.of(server)));
    }

    /** Returns the database's name. */
    public String name() {
        return address.database();
    }

    /**
     * Returns the migrations that a start would run, in their order.
     *
     * @throws dev.webhookdb.sql.DatabaseException with a sentence if the tables are a newer version's
     */
    public List<Migration> pending() {
        return SchemaMigrations.pending(address);
    }

    /** Returns the database itself, whose tables may be an older version's. */
    public Database database() {
        return database;
    }

    @Override
    public void close() {
        database.close();
        started.ifPresent(EmbeddedServer::close);
    }
}
