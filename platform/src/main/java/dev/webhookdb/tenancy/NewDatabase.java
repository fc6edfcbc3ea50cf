package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Session;

/** A database that is made on a configured server for an organization that moves there. */
public final class NewDatabase {
    private final OrganizationDatabase record;
    private final ServerAddress owner;
    private final ServerAddress reader;

    NewDatabase(OrganizationDatabase record, TenantConnections connections) {
        this.record = record;
        this.owner = connections.owner(record);
        this.reader = connections.reader(record);
    }

    OrganizationDatabase record() {
        return record;
    }

    /** Returns the number of the organization. */
    public long organizationId() {
        return record.organizationId();
    }

    /** Returns the name of the server. */
    public String server() {
        return record.server();
    }

    /** Returns where the server was when the move was asked for. */
    public String host() {
        return record.host();
    }

    /** Returns likewise its port. */
    public int port() {
        return record.port();
    }

    /** Returns the database's name. */
    public String name() {
        return record.name();
    }

    /** Returns the way in for the role that owns it. */
    public ServerAddress owner() {
        return owner;
    }

    /** Returns the way in for the role that may only read. */
    public ServerAddress reader() {
        return reader;
    }

    /** Returns where it is, for people: without who enters it and how. */
    public String location() {
        return TenantConnections.location(record);
    }

    /**
     * Writes down that it is going to be made, in the transaction that asks for the move: it is dropped if the move ends without it.
     *
     * @param platform a session of the platform's database
     */
    public void announce(Session platform, long migrationId) {
        OrganizationDirectory.announce(platform, record, migrationId);
    }
}
