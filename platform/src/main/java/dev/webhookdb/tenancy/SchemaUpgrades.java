package dev.webhookdb.tenancy;

import dev.webhookdb.schema.ChangeNumbers;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the databases of organizations to the newest version of their schema: each before it is used, and all of them in the background.
 * Thread-safe.
 *
 * <p>The platform's record tells which version a database has, so that using one that is up to date costs nothing. Several hosts may be
 * at it at once: the database lets one of them do each step.
 */
final class SchemaUpgrades {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaUpgrades.class);

    /** As long as anybody waits for a connection, and a bit. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final OrganizationDirectory directory;
    private final TenantConnections connections;
    private final OrganizationSchema schema;
    private final ConcurrentHashMap<Long, ReentrantLock> underWay = new ConcurrentHashMap<>();
    private final Set<Long> begun = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private volatile List<String> problems = List.of();

    SchemaUpgrades(OrganizationDirectory directory, TenantConnections connections, OrganizationSchema schema) {
        this.directory = directory;
        this.connections = connections;
        this.schema = schema;
    }

    /**
     * Makes sure that a database has the newest version, and brings it there otherwise.
     *
     * @throws DatabaseException of the kind {@code UNAVAILABLE} if it has a newer one, or cannot be brought there now
     */
    void require(OrganizationDatabase database) {
        requireNotNewer(database);
        if (database.schemaVersion() < schema.newest()) {
            upgrade(database);
        }
    }

    /** Whether this host has made sure once that it may use the database of an organization. */
    boolean isBegun(long organizationId) {
        return begun.contains(organizationId);
    }

    /**
     * The same before this host uses a database for the first time: also what the record says is up to date may be an earlier copy since.
     * Changes that come from now on have greater numbers than any that was ever given.
     *
     * @param opening connects to it; what it returns is used, because another connection would take longer than all that is asked
     */
    Database begin(OrganizationDatabase database, Supplier<Database> opening) {
        require(database);
        Database inside = opening.get();
        if (!isBegun(database.organizationId())) {
            alone(database, () -> {
                if (!isBegun(database.organizationId())) {
                    upgradeNow(database, inside);
                }
            });
        }
        return inside;
    }

    /** Makes sure that no newer host was there; what such a host did since the last look is not asked. */
    void requireNotNewer(OrganizationDatabase database) {
        if (isNewer(database)) {
            throw schema.newer(database.name(), database.schemaVersion());
        }
    }

    /** Whether a newer host was there, so that this one must not write. */
    boolean isNewer(OrganizationDatabase database) {
        return database.schemaVersion() > schema.newest();
    }

    /** Makes the schema in a database that is being created. */
    void make(OrganizationDatabase database) {
        try (Database inside = new Database(new Pool(connections.owner(database), 1, 0))) {
            schema.migrate(inside);
        }
        directory.markSchema(database.organizationId(), schema.newest());
    }

    /** Brings those databases to the newest version that have an older one, one by one; what cannot be reached is passed over. */
    void upgradeAll() {
        for (OrganizationDatabase database : directory.outdated(schema.newest())) {
            if (stopping) {
                return;
            }
            try {
                upgrade(database);
            } catch (DatabaseException e) {
                LOGGER.debug("Tried again later", e);
            }
        }
        look();
    }

    /** Finds out again what {@link #problems} returns. */
    private void look() {
        OrganizationDirectory.SchemaState state = directory.schemaState(schema.newest());
        List<String> found = new ArrayList<>();
        if (state.newer() > 0) {
            found.add(
                    "The databases of %d organizations were brought to version %d of their schema by a newer webhookdb, and this host knows up to %d: it writes nothing there until it is upgraded, too."
                            .formatted(state.newer(), state.newest(), schema.newest()));
        }
        if (state.older() > 0) {
            found.add(
                    "The databases of %d organizations could not be brought to version %d of their schema yet, and take no writes until then: 'GET /v1/operator/organizations' says which, and why."
                            .formatted(state.older(), schema.newest()));
        }
        if (!found.equals(problems)) {
            found.forEach(LOGGER::warn);
        }
        problems = List.copyOf(found);
    }

    /** Returns a sentence for each kind of database that this host does not write to because of its version. */
    List<String> problems() {
        return problems;
    }

    /** Lets {@link #upgradeAll} end after the database that it is at. */
    void stop() {
        stopping = true;
    }

    private void upgrade(OrganizationDatabase database) {
        alone(database, () -> {
            OrganizationDatabase now = directory.existing(database.organizationId());
            if (now.schemaVersion() != schema.newest()) {
                try (Database inside = new Database(new Pool(connections.owner(now), 1, 0))) {
                    upgradeNow(now, inside);
                }
            }
        });
    }

    /** One thread of this host does it, and others wait a moment for that. */
    private void alone(OrganizationDatabase database, Runnable work) {
        ReentrantLock lock = underWay.computeIfAbsent(database.organizationId(), id -> new ReentrantLock());
        if (!acquired(lock)) {
            throw later(database, "That is under way.", null);
        }
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private void upgradeNow(OrganizationDatabase database, Database inside) {
        int version = raised(database, inside);
        if (version != database.schemaVersion()) {
            directory.markSchema(database.organizationId(), version);
        }
        if (version > schema.newest()) {
            look();
            throw schema.newer(database.name(), version);
        }
        if (version != database.schemaVersion()) {
            LOGGER.info("The schema of the database \"{}\" has version {}.", database.name(), version);
        }
        begun.add(database.organizationId());
    }

    private int raised(OrganizationDatabase database, Database inside) {
        try {
            int version = schema.raise(inside);
            if (version == schema.newest()) {
                skipNumbers(inside);
            }
            return version;
        } catch (DatabaseException e) {
            if (directory.markSchemaProblem(database.organizationId(), e.getMessage())) {
                LOGGER.warn(
                        "The database \"{}\" is not at version {} of its schema yet: {}",
                        database.name(),
                        schema.newest(),
                        e.getMessage());
            }
            throw later(database, e.getMessage(), e);
        }
    }

    private static void skipNumbers(Database inside) {
        inside.run(session -> {
            session.waitForLocks(PATIENCE);
            session.sql(ChangeNumbers.skip()).execute();
        });
    }

    /** Whatever the reason is, what is to be written waits, and is not given up. */
    private DatabaseException later(OrganizationDatabase database, String reason, DatabaseException cause) {
        return new DatabaseException(
                DatabaseException.Kind.UNAVAILABLE,
                "The database \"%s\" takes no writes until it is at version %d of its schema: %s"
                        .formatted(database.name(), schema.newest(), reason),
                cause);
    }

    private static boolean acquired(ReentrantLock lock) {
        try {
            return lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
