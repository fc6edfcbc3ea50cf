package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The databases that organizations bring, and those of ours that they leave for them. Thread-safe. */
public final class OwnDatabases {
    private static final Logger LOGGER = LoggerFactory.getLogger(OwnDatabases.class);
    private static final int POOL_SIZE = 2;

    private final OrganizationDirectory directory;
    private final TenantConnections connections;

    OwnDatabases(OrganizationDirectory directory, TenantConnections connections) {
        this.directory = directory;
        this.connections = connections;
    }

    /** Where the organization's database is, for people: without who enters it and how. */
    public String location(long organizationId) {
        return TenantConnections.location(directory.existing(organizationId));
    }

    /** Whether the organization brought its database. */
    public boolean isOwn(long organizationId) {
        return directory.existing(organizationId).isOwn();
    }

    /**
     * Reads the address of a database that an organization brings. What it leads to is not asked yet.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public ServerAddress address(String url) {
        return connections.own(url);
    }

    /** Opens a database that an organization brings; to be closed. */
    public static Database open(ServerAddress address) {
        return new Database(new Pool(address, POOL_SIZE, 0));
    }

    /**
     * Makes sure that a server lets us in and is new enough.
     *
     * @param what the person calls the address
     * @throws DatabaseException that says what to do
     */
    public static void requireReachable(ServerAddress address, String what) {
        ServerCheck.check(address, what);
    }

    /**
     * Puts a database that an organization brings in the place of the one it has, which is dropped later if it is ours. Hosts follow
     * once the session has committed.
     *
     * @param grace for how long a database of ours is kept
     */
    public void replace(
            Session platform,
            long organizationId,
            ServerAddress owner,
            Optional<ServerAddress> reader,
            Duration grace) {
        OrganizationDatabase present = OrganizationDirectory.existing(platform, organizationId);
        if (!present.isOwn()) {
            OrganizationDirectory.retire(platform, present, grace);
        }
        OrganizationDirectory.replace(platform, connections.own(organizationId, owner, reader));
    }

    /**
     * Drops those of ours that their organizations left long enough ago, and what was made for moves that came to nothing. One that cannot
     * be dropped now stands in no other's way.
     */
    void dropRetired() {
        List<DatabaseException> failures = new ArrayList<>();
        for (OrganizationDatabase database : directory.retired()) {
            try {
                // a host that was thought dead may be making it
                directory.exclusively(
                        database.organizationId(),
                        () -> connections.administer(database).drop());
                directory.forgetRetired(database.name());
                LOGGER.info("The database \"{}\", which no organization is in any more, is dropped.", database.name());
            } catch (DatabaseException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            DatabaseException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
