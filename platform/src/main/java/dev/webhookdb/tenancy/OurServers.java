package dev.webhookdb.tenancy;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.ServerCheck;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured servers, and how organizations move from one to another. Thread-safe. */
public final class OurServers {
    private static final Logger LOGGER = LoggerFactory.getLogger(OurServers.class);
    private static final int MOST_NAMED = 10;

    private final OrganizationDirectory directory;
    private final TenantConnections connections;
    private final Servers servers;
    private final Sealer sealer;

    OurServers(OrganizationDirectory directory, TenantConnections connections, Servers servers, Sealer sealer) {
        this.directory = directory;
        this.connections = connections;
        this.servers = servers;
        this.sealer = sealer;
    }

    /**
     * Makes sure that there is a server as it is asked for. Whether it can be reached is not asked yet.
     *
     * @throws PlacementException if there is none
     */
    public void require(Placement placement) {
        servers.candidates(placement);
    }

    /** Returns the name of the server that each organization's database is on, {@code own} where the organization brought it. */
    public Map<Long, String> names() {
        Map<Long, String> names = new HashMap<>();
        directory.all().forEach(database -> names.put(database.organizationId(), name(database)));
        return names;
    }

    /** The same for one organization. */
    public String name(long organizationId) {
        return name(directory.existing(organizationId));
    }

    /** A server that is not configured any more is called as it was then. */
    private String name(OrganizationDatabase database) {
        return servers.of(database).map(DatabaseServer::name).orElseGet(database::server);
    }

    /**
     * Invents a database for an organization that is to move. It is not there yet.
     *
     * @throws PlacementException if there is no server of that name, or the organization is on it
     * @throws DatabaseException that says what to do, if the server cannot be reached
     */
    public NewDatabase invent(long organizationId, String serverName) {
        DatabaseServer server = servers.required(serverName);
        OrganizationDatabase present = directory.existing(organizationId);
        if (servers.of(present).filter(server::equals).isPresent()) {
            throw new PlacementException(
                    false, "The organization is on the server '%s' already: name another one.".formatted(serverName));
        }
        ServerCheck.check(server.address(), "database.servers");
        return new NewDatabase(OrganizationDatabase.invent(organizationId, server.address(), sealer), connections);
    }

    /**
     * Returns a database that was invented before.
     *
     * @param ownerPassword sealed
     * @param readerPassword likewise
     * @throws DatabaseException if the server is not configured any more
     */
    public NewDatabase invented(
            long organizationId,
            String server,
            String host,
            int port,
            String name,
            byte[] ownerPassword,
            byte[] readerPassword) {
        OrganizationDatabase record =
                OrganizationDatabase.named(organizationId, server, host, port, name, ownerPassword, readerPassword);
        connections.administration(record);
        return new NewDatabase(record, connections);
    }

    /** Makes a database as that of a new organization is made; whatever an attempt that was cut short left is dropped before. */
    public void make(NewDatabase database) {
        OrganizationAdministration administration = connections.administer(database.record());
        administration.drop();
        administration.create(sealer);
    }

    /** Does the work while nobody makes or drops a database of the organization, on whatever host. */
    public void alone(long organizationId, Runnable work) {
        directory.exclusively(organizationId, work);
    }

    /**
     * Puts a database in the place of the one that an organization has, which is dropped later. Hosts follow once the session has
     * committed.
     *
     * @param grace for how long the one that it has is kept
     */
    public void replace(Session platform, NewDatabase database, Duration grace) {
        OrganizationDatabase record = database.record();
        OrganizationDatabase present = OrganizationDirectory.existing(platform, record.organizationId());
        OrganizationDirectory.retire(platform, present, grace);
        OrganizationDirectory.adopt(platform, record);
        OrganizationDirectory.replace(platform, record);
    }

    /** Says which servers are not configured any more, and whose databases are on them. */
    void tellOfUnknown(Occupancy occupancy) {
        Map<String, List<String>> unknown = new TreeMap<>();
        occupancy.keysByServer().forEach((place, keys) -> {
            boolean own = place.server().equals(OrganizationDatabase.OWN);
            if (!own && servers.of(place.server(), place.host(), place.port()).isEmpty()) {
                unknown.put("%s (%s:%d)".formatted(place.server(), place.host(), place.port()), keys);
            }
        });
        unknown.forEach((server, keys) -> LOGGER.warn(
                "The server {} is not in database.servers any more, and has the databases of these organizations: {}. They are reached where they were, and can neither be moved nor dropped until it is there again.",
                server,
                named(keys)));
    }

    private static String named(List<String> keys) {
        String first = String.join(", ", keys.subList(0, Math.min(keys.size(), MOST_NAMED)));
        return keys.size() > MOST_NAMED ? "%s and %d more".formatted(first, keys.size() - MOST_NAMED) : first;
    }
}
