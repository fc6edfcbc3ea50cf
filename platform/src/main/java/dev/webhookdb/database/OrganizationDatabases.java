package dev.webhookdb.database;

import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.schema.ForeignTables;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL database for each organization, with a role that owns it and a role that may only read, on one of the
 * configured servers.
 *
 * <p>Thread-safe; several hosts may share the platform's database.
 */
public final class OrganizationDatabases implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrganizationDatabases.class);
    private static final int POOL_SIZE = 4;
    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final OrganizationDirectory directory;
    private final List<ServerAddress> servers;
    private final Sealer sealer;
    private final Map<Long, Database> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("organization-databases").factory());

    /**
     * Uses the platform's records.
     *
     * @param servers where new databases are created, at least one
     */
    public OrganizationDatabases(Database platform, List<ServerAddress> servers, Sealer sealer) {
        this.directory = new OrganizationDirectory(platform);
        this.servers = List.copyOf(servers);
        this.sealer = Objects.requireNonNull(sealer, "sealer");
        Objects.checkIndex(0, servers.size());
        var sweeping =
                sweeper.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        LOGGER.debug("Connections that nobody uses are let go: {}", sweeping);
    }

    /**
     * Creates the database of an organization on the server with the fewest, unless it is there. A creation that was
     * cut short, here or on another host, is cleared away and repeated.
     *
     * @param organizationId an organization that is recorded
     * @param key only for messages
     * @throws DatabaseException when a step fails; then nothing is left behind that the next call does not clear away
     */
    public void create(long organizationId, String key) {
        directory.exclusively(organizationId, () -> {
            OrganizationDatabase recorded = directory.find(organizationId).orElse(null);
            if (recorded != null && recorded.ready()) {
                return;
            }
            if (recorded != null) {
                LOGGER.info("The creation of the database of the organization \"{}\" was cut short: repeated.", key);
                remove(recorded);
            }
            createNew(organizationId, key);
        });
    }

    /**
     * The organization's database, as its owner. Kept by this object: not to be closed by the caller. Its connections
     * are let go when nobody uses them, and come back.
     *
     * @throws DatabaseException when the organization has none
     */
    public Database open(long organizationId) {
        return open.computeIfAbsent(organizationId, id -> {
            OrganizationDatabase database = existing(id);
            ServerAddress address = address(database, database.owner(), database.ownerSecret());
            return new Database(new Pool(address, POOL_SIZE, 0));
        });
    }

    /** What a person gives to psql or a reporting tool; contains the reader's password. */
    public String readerConnectionUrl(long organizationId) {
        OrganizationDatabase database = existing(organizationId);
        ServerAddress address = address(database, database.reader(), database.readerSecret());
        String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        encode(address.username()),
                        encode(address.password().reveal()),
                        host,
                        address.port(),
                        encode(address.database()));
    }

    /** The same for another PostgreSQL. */
    public ForeignTables.Remote foreignServer(long organizationId) {
        OrganizationDatabase database = existing(organizationId);
        ServerAddress address = address(database, database.reader(), database.readerSecret());
        return new ForeignTables.Remote(
                address.host(),
                address.port(),
                address.database(),
                address.username(),
                address.password().reveal(),
                Optional.ofNullable(address.parameters().get("sslmode")));
    }

    /**
     * Runs a statement that a person wrote, as the role that may only read, on a connection of its own: whatever it does to the
     * connection's settings ends with it.
     *
     * @param limit for how long it may run
     * @param most how many rows are returned
     * @throws QueryException if the statement is to blame
     */
    public QueryResult query(long organizationId, String text, Duration limit, int most) {
        return reading(organizationId, limit, session -> session.query(text, most));
    }

    /**
     * Has a statement that a person wrote planned, as the role that may only read.
     *
     * @throws QueryException if it could not be run
     */
    public void check(long organizationId, String text) {
        this.<Boolean>reading(organizationId, Pool.STATEMENT_LIMIT, session -> {
            session.check(text);
            return true;
        });
    }

    private <T> T reading(long organizationId, Duration limit, Function<Session, T> work) {
        OrganizationDatabase database = existing(organizationId);
        try (Database reader =
                new Database(new Pool(address(database, database.reader(), database.readerSecret()), 1, 0))) {
            return reader.transaction(limit, work);
        }
    }

    /** Gives the role that may only read another password; whoever connects with the old one is refused. */
    public void rollReader(long organizationId, String key) {
        directory.exclusively(organizationId, () -> {
            OrganizationDatabase database = existing(organizationId);
            String password = Secrets.password();
            new OrganizationAdministration(server(database), database).rollReader(password);
            directory.replaceReaderSecret(organizationId, sealer.seal(password));
            LOGGER.info("The read-only role of the organization \"{}\" has another password.", key);
        });
    }

    /** Lets nobody connect with what {@link #readerConnectionUrl} returns, and ends what is connected. */
    public void lock(long organizationId) {
        OrganizationDatabase database = existing(organizationId);
        new OrganizationAdministration(server(database), database).lockReader();
    }

    /** The opposite of {@link #lock}. */
    public void unlock(long organizationId) {
        OrganizationDatabase database = existing(organizationId);
        new OrganizationAdministration(server(database), database).unlockReader();
    }

    /** Drops the database with everything in it, and its roles. Nothing happens when there is none. */
    public void drop(long organizationId) {
        directory.exclusively(
                organizationId, () -> directory.find(organizationId).ifPresent(this::remove));
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        open.values().forEach(Database::close);
        open.clear();
    }

    private void createNew(long organizationId, String key) {
        ServerAddress server = leastLoaded();
        OrganizationDatabase invented =
                OrganizationDatabase.invent(organizationId, server.name(), server.host(), server.port(), sealer);
        directory.add(invented);
        try {
            new OrganizationAdministration(server, invented).create(sealer);
            directory.markReady(organizationId);
        } catch (RuntimeException failure) {
            clearAway(invented, key, failure);
            throw failure;
        }
    }

    /** As far as possible now; the record stays otherwise, and the next call clears away the rest. */
    private void clearAway(OrganizationDatabase database, String key, RuntimeException failure) {
        try {
            remove(database);
        } catch (RuntimeException another) {
            LOGGER.warn("What was created for the organization \"{}\" is cleared away at the next attempt.", key);
            failure.addSuppressed(another);
        }
    }

    private void remove(OrganizationDatabase database) {
        Database ours = open.remove(database.organizationId());
        if (ours != null) {
            ours.close();
        }
        new OrganizationAdministration(server(database), database).drop();
        directory.remove(database.organizationId());
    }

    private OrganizationDatabase existing(long organizationId) {
        return directory
                .find(organizationId)
                .filter(OrganizationDatabase::ready)
                .orElseThrow(() -> new DatabaseException(
                        DatabaseException.Kind.OTHER,
                        "The organization %d has no database yet: create it first.".formatted(organizationId)));
    }

    private ServerAddress leastLoaded() {
        Map<String, Long> load = directory.load();
        return servers.stream()
                .min(Comparator.comparingLong(server -> load.getOrDefault(server.name(), 0L)))
                .orElseThrow();
    }

    /** The administrator's way to the server. */
    private ServerAddress server(OrganizationDatabase database) {
        return servers.stream()
                .filter(server -> server.name().equals(database.server()))
                .findFirst()
                .orElseThrow(() -> new DatabaseException(
                        DatabaseException.Kind.OTHER,
                        "The database \"%s\" is on the server %s, which is not configured any more: add it to database.servers."
                                .formatted(database.name(), database.server())));
    }

    /** The server is where it is configured now; an unconfigured one where it was at the time. */
    private ServerAddress address(OrganizationDatabase database, String role, byte[] secret) {
        Password password = new Password(sealer.open(secret));
        return servers.stream()
                .filter(server -> server.name().equals(database.server()))
                .findFirst()
                .map(server -> server.withDatabase(database.name()).withUser(role, password))
                .orElseGet(() -> ServerAddress.of(database.host(), database.port(), database.name(), role, password));
    }

    private void sweep() {
        for (Database database : open.values()) {
            try {
                database.rest(UNUSED);
            } catch (RuntimeException failure) {
                LOGGER.warn("The connections to \"{}\" could not be let go.", database.name(), failure);
            }
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
