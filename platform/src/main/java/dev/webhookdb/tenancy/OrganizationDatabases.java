package dev.webhookdb.tenancy;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.observe.PoolMetrics;
import dev.webhookdb.reader.Mark;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.reader.Readers;
import dev.webhookdb.reader.RowCondition;
import dev.webhookdb.schema.ForeignTables;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerShare;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
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
    private static final int POOL_SIZE = 5;

    /** For those who wait for an answer. */
    private static final int KEPT = 1;

    /** Connections that are never reached. */
    private static final int PLENTY = 10_000;

    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration UPGRADE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final OrganizationDirectory directory;
    private final TenantConnections connections;
    private final OwnDatabases own;
    private final OurServers servers;
    private final Creation creation;
    private final SchemaUpgrades schemas;
    private final Readers readers;
    private final PoolMetrics metrics;
    private final ServerShare share;
    private final Sealer sealer;
    private final Map<Long, Opened> open = new ConcurrentHashMap<>();
    private final List<BackgroundTask> looking;

    /** A database in use here, and the revision of the record by which it is reached. */
    private record Opened(Database database, int revision) {}

    /** The same without internal addresses for organizations' own databases. */
    public OrganizationDatabases(Database platform, List<DatabaseServer> servers, Sealer sealer) {
        this(platform, servers, sealer, List.of());
    }

    /** The same with a budget of its own for results, and background tasks that nobody asks about. */
    public OrganizationDatabases(
            Database platform, List<DatabaseServer> servers, Sealer sealer, List<AddressRange> allowed) {
        this(
                platform,
                servers,
                sealer,
                allowed,
                MemoryBudgets.ofHeap().results(),
                new ServerShare(PLENTY),
                new BackgroundTasks(),
                Metrics.none());
    }

    /** The same with the versions of the schema that this build knows. */
    public OrganizationDatabases(
            Database platform,
            List<DatabaseServer> servers,
            Sealer sealer,
            List<AddressRange> allowed,
            MemoryBudget results,
            ServerShare share,
            BackgroundTasks tasks,
            Metrics metrics) {
        this(platform, servers, sealer, allowed, results, share, tasks, metrics, OrganizationSchema.standard());
    }

    /**
     * Uses the platform's records.
     *
     * @param servers where new databases are created, at least one
     * @param allowed the internal addresses where organizations' own databases may be
     * @param results what the results of people's statements may take of the heap
     * @param share how many connections there may be to each server
     * @param tasks told what of its background work does not succeed
     * @param metrics told of the connections of all organizations together
     * @param schema what databases are brought to before they are used
     */
    OrganizationDatabases(
            Database platform,
            List<DatabaseServer> servers,
            Sealer sealer,
            List<AddressRange> allowed,
            MemoryBudget results,
            ServerShare share,
            BackgroundTasks tasks,
            Metrics metrics,
            OrganizationSchema schema) {
        this.metrics = metrics.pool("organizations");
        this.share = share;
        this.directory = new OrganizationDirectory(platform);
        this.sealer = Objects.requireNonNull(sealer, "sealer");
        var known = new Servers(servers);
        var occupancy = new Occupancy(platform);
        this.connections = new TenantConnections(known, sealer, allowed);
        this.own = new OwnDatabases(directory, connections);
        this.schemas = new SchemaUpgrades(directory, connections, schema);
        this.creation =
                new Creation(directory, connections, new ServerChoice(occupancy, known), sealer, schemas, this::letGo);
        this.servers = new OurServers(directory, connections, known, sealer);
        this.readers = new Readers(id -> connections.reader(directory.existing(id)), results);
        Objects.checkIndex(0, servers.size());
        this.servers.tellOfUnknown(occupancy);
        this.metrics.watch(() -> count(Database::connections), () -> count(Database::idle));
        this.looking = List.of(
                tasks.start("upgrade-schemas", UPGRADE, schemas::upgradeAll),
                tasks.start("restrict-readers", SWEEP, this::restrict),
                tasks.start("unused-connections", SWEEP, this::sweep),
                tasks.start("retired-databases", SWEEP, own::dropRetired),
                tasks.start("moved-organizations", LOOK, this::refresh));
    }

    /** Creates the database of an organization on any server, see {@link #create(long, String, Placement)}. */
    public void create(long organizationId, String key) {
        create(organizationId, key, Placement.anywhere());
    }

    /**
     * Creates the database of an organization, unless it is there: of the servers that are as it is asked for, and can be reached, on the one
     * with the fewest in proportion to its weight. A creation that was cut short, here or on another host, is cleared away and repeated.
     *
     * @param organizationId an organization that is recorded
     * @param key only for messages
     * @throws PlacementException if there is no server as it is asked for
     * @throws DatabaseException when a step fails; then nothing is left behind that the next call does not clear away
     */
    public void create(long organizationId, String key, Placement placement) {
        creation.create(organizationId, key, placement);
    }

    /**
     * The organization's database, as its owner. Kept by this object: not to be closed by the caller. Its connections
     * are let go when nobody uses them, and come back. When the organization moves, it is the new database within about a
     * second, on every host; until then the old one takes no writes.
     *
     * <p>Its schema has the version that this host knows: an older one is brought to that before. Numbers of changes go on behind all that were
     * ever given, also where the database was set back to an earlier time while no host ran.
     *
     * @throws DatabaseException when the organization has none; of the kind {@code UNAVAILABLE} when its schema cannot be brought to
     *     this host's version now, or has a newer one
     */
    public Database open(long organizationId) {
        Opened known = open.get(organizationId);
        return known != null && schemas.isBegun(organizationId)
                ? known.database()
                : schemas.begin(directory.existing(organizationId), () -> opened(organizationId));
    }

    private Database opened(long organizationId) {
        return open.computeIfAbsent(organizationId, id -> {
                    OrganizationDatabase database = directory.existing(id);
                    schemas.requireNotNewer(database);
                    Pool pool = Pool.shared(connections.owner(database), POOL_SIZE, KEPT, metrics, share);
                    return new Opened(new Database(pool), database.revision());
                })
                .database();
    }

    /** A sentence for each kind of database that this host does not write to because of the version of its schema. */
    public List<String> schemaProblems() {
        return schemas.problems();
    }

    /** Why organizations' databases are not at the newest version of their schema, by the number of the organization. */
    public Map<Long, String> schemaProblemsByOrganization() {
        return directory.schemaProblems();
    }

    /**
     * The organization's database of the moment, as its owner; to be closed, and the same when the organization moves. Its schema has
     * whatever version it has.
     */
    public Database openApart(long organizationId) {
        return new Database(new Pool(connections.owner(directory.existing(organizationId)), 2, 0));
    }

    /** The servers on which organizations' databases are created. */
    public OurServers servers() {
        return servers;
    }

    /** The databases that organizations bring. */
    public OwnDatabases own() {
        return own;
    }

    /** Looks whether organizations moved, and follows those that did; lets go of those whose schema is newer than this host's. */
    public void refresh() {
        Map<Long, Integer> known = new HashMap<>();
        open.forEach((id, opened) -> known.put(id, opened.revision()));
        refresh(known);
    }

    /**
     * The same for one organization: what is read from now on is not older than what any host has read before. For who goes on where another
     * host was, which may have read in the new database already.
     */
    public void refresh(long organizationId) {
        Opened known = open.get(organizationId);
        if (known != null) {
            refresh(Map.of(organizationId, known.revision()));
        }
    }

    private void refresh(Map<Long, Integer> known) {
        directory
                .changed(known)
                .forEach(database ->
                        open.computeIfPresent(database.organizationId(), (id, opened) -> followed(opened, database)));
    }

    /** Two may look at once, and the one that saw more may come first. */
    private Opened followed(Opened opened, OrganizationDatabase database) {
        if (database.revision() <= opened.revision()) {
            return opened;
        }
        if (schemas.isNewer(database)) {
            opened.database().close();
            return null;
        }
        ServerAddress owner = connections.owner(database);
        if (!owner.equals(opened.database().address())) {
            opened.database().move(owner);
        }
        return new Opened(opened.database(), database.revision());
    }

    /** What a person gives to psql or a reporting tool; contains the reader's password. */
    public String readerConnectionUrl(long organizationId) {
        return reader(organizationId).url();
    }

    /** The same for another PostgreSQL. */
    public ForeignTables.Remote foreignServer(long organizationId) {
        return reader(organizationId).remote();
    }

    private ReaderConnection reader(long organizationId) {
        return new ReaderConnection(connections.reader(directory.existing(organizationId)));
    }

    /**
     * Runs a statement that a person wrote, as the role that may only read: whatever it does to the connection's settings ends with it.
     *
     * @param limit for how long it may run
     * @param most how many rows are returned
     * @param use what is done with the result; the memory for it is counted as taken until then
     * @throws QueryException if the statement is to blame
     * @throws BusyException if too much of that is going on already
     */
    public <T> T query(long organizationId, String text, Duration limit, int most, Function<QueryResult, T> use) {
        return readers.query(organizationId, Readers.Who.MEMBER, text, limit, most, use);
    }

    /** The same for a member, who can {@link #cancel} the statement if it has a mark. */
    public <T> T query(
            long organizationId,
            Optional<Mark> mark,
            String text,
            Duration limit,
            int most,
            Function<QueryResult, T> use) {
        return mark.isPresent()
                ? readers.query(organizationId, mark.get(), text, limit, most, use)
                : query(organizationId, text, limit, most, use);
    }

    /** Cancels the statement that runs under a mark, on whatever host; returns whether it ran. */
    public boolean cancel(long organizationId, Mark mark) {
        return readers.cancel(organizationId, mark);
    }

    /** The same as {@link #query} for whoever has an address: strangers have fewer places, and their results less room. */
    public <T> T queryForStranger(
            long organizationId, String text, Duration limit, int most, Function<QueryResult, T> use) {
        return readers.query(organizationId, Readers.Who.STRANGER, text, limit, most, use);
    }

    /**
     * Has a statement that a person wrote planned, as the role that may only read.
     *
     * @throws QueryException if it could not be run
     * @throws BusyException if too many are running
     */
    public void check(long organizationId, String text) {
        readers.check(organizationId, text);
    }

    /**
     * Evaluates a condition over rows, as the role that may only read.
     *
     * @param rows JSON
     * @param limit for all of them together
     * @throws BusyException if too many statements are running
     */
    public RowCondition.Outcome evaluate(
            long organizationId, RowCondition condition, List<String> rows, Duration limit) {
        return readers.evaluate(organizationId, condition, rows, limit);
    }

    /**
     * Gives the role that may only read another password; whoever connects with the old one is refused.
     *
     * @throws QueryException if the database is the organization's own
     */
    public void rollReader(long organizationId, String key) {
        directory.exclusively(organizationId, () -> {
            OrganizationDatabase database = directory.existing(organizationId);
            if (database.isOwn()) {
                throw new QueryException(
                        "The organization's database %s is its own, and so are its passwords: change them there, and run 'webhookdb db migrations start' with the new URLs."
                                .formatted(TenantConnections.location(database)));
            }
            String password = Secrets.password();
            connections.administer(database).rollReader(password);
            directory.replaceReaderSecret(database, sealer.seal(password));
            LOGGER.info("The read-only role of the organization \"{}\" has another password.", key);
        });
    }

    /**
     * Lets nobody connect with what {@link #readerConnectionUrl} returns, and ends what is connected. A database that the organization
     * brought is its own to lock.
     */
    public void lock(long organizationId) {
        administration(organizationId).ifPresent(OrganizationAdministration::lockReader);
    }

    /** The opposite of {@link #lock}. */
    public void unlock(long organizationId) {
        administration(organizationId).ifPresent(OrganizationAdministration::unlockReader);
    }

    private Optional<OrganizationAdministration> administration(long organizationId) {
        OrganizationDatabase database = directory.existing(organizationId);
        return database.isOwn() ? Optional.empty() : Optional.of(connections.administer(database));
    }

    /**
     * Drops the database with everything in it, and its roles. Nothing happens when there is none, and to one that the organization
     * brought: it is only forgotten.
     */
    public void drop(long organizationId) {
        creation.drop(organizationId);
    }

    @Override
    public void close() {
        schemas.stop();
        looking.forEach(BackgroundTask::close);
        readers.close();
        open.values().forEach(opened -> opened.database().close());
        open.clear();
    }

    private int count(ToIntFunction<Database> connections) {
        return open.values().stream()
                .mapToInt(opened -> connections.applyAsInt(opened.database()))
                .sum();
    }

    private void letGo(long organizationId) {
        Opened ours = open.remove(organizationId);
        if (ours != null) {
            ours.database().close();
        }
        readers.forget(organizationId);
    }

    /** Databases that were created before get what new ones have. */
    void restrict() {
        creation.restrict();
    }

    private void sweep() {
        open.values().forEach(opened -> opened.database().rest(UNUSED));
        readers.rest(UNUSED);
    }
}
