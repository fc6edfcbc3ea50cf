package dev.webhookdb.tenancy;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.ServerCheck;
import dev.webhookdb.sql.Session;
import java.util.List;

/** Organizations' databases as the platform's records say, to be looked at without a host. Changes nothing. Thread-safe. */
public final class DatabaseInspection {
    private final TenantConnections connections;

    /**
     * Reaches databases as a host does.
     *
     * @param servers where databases of ours are; at least one
     * @param sealer opens their passwords
     * @param allowed internal addresses where organizations' own databases may be
     */
    public DatabaseInspection(List<DatabaseServer> servers, Sealer sealer, List<AddressRange> allowed) {
        this.connections = new TenantConnections(new Servers(servers), sealer, allowed);
    }

    /** A database of an organization. */
    public static final class Recorded {
        private final String organization;
        private final OrganizationDatabase database;

        private Recorded(String organization, OrganizationDatabase database) {
            this.organization = organization;
            this.database = database;
        }

        /** Returns the organization's key. */
        public String organization() {
            return organization;
        }

        /** Returns the name of the server it is on, which is {@code own} where the organization brought it. */
        public String server() {
            return database.server();
        }
    }

    /** Returns the databases that are ready, by organization; the platform's tables must be of this version. */
    public static List<Recorded> recorded(Session platform) {
        return platform.sql("""
                        select organization.key as organization_key, %s
                          from organization_database join organization on organization.id = organization_id
                         where ready_at is not null and organization.closed_at is null
                         order by organization.key""".formatted(OrganizationDatabase.COLUMNS))
                .list(row -> new Recorded(row.text("organization_key"), OrganizationDatabase.of(row)));
    }

    /**
     * Connects to a database as its owner, once.
     *
     * @throws RuntimeException with a sentence and a remedy, if it cannot be used
     */
    public void reach(Recorded recorded) {
        ServerCheck.check(
                connections.owner(recorded.database),
                recorded.database.isOwn()
                        ? "the URLs of this organization's own database with 'webhookdb db migrations start'"
                        : "database.servers");
    }
}
