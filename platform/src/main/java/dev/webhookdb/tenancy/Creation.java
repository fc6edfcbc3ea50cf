package dev.webhookdb.tenancy;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.DatabaseException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes organizations' databases on the configured servers, brings older ones up to what new ones have, and drops them. Thread-safe. */
final class Creation {
    private static final Logger LOGGER = LoggerFactory.getLogger(Creation.class);

    private final OrganizationDirectory directory;
    private final TenantConnections connections;
    private final ServerChoice choice;
    private final Sealer sealer;
    private final SchemaUpgrades schemas;
    private final LongConsumer letGo;

    /** @param letGo closes what this host has open of an organization's database, before that is dropped */
    Creation(
            OrganizationDirectory directory,
            TenantConnections connections,
            ServerChoice choice,
            Sealer sealer,
            SchemaUpgrades schemas,
            LongConsumer letGo) {
        this.directory = directory;
        this.connections = connections;
        this.choice = choice;
        this.sealer = sealer;
        this.schemas = schemas;
        this.letGo = letGo;
    }

    /** See {@link OrganizationDatabases#create}. */
    void create(long organizationId, String key, Placement placement) {
        directory.exclusively(organizationId, () -> {
            OrganizationDatabase recorded = directory.find(organizationId).orElse(null);
            if (recorded != null && recorded.ready()) {
                return;
            }
            if (recorded != null) {
                LOGGER.info("The creation of the database of the organization \"{}\" was cut short: repeated.", key);
                remove(recorded);
            }
            createNew(organizationId, key, placement);
        });
    }

    /** See {@link OrganizationDatabases#drop}. */
    void drop(long organizationId) {
        directory.exclusively(
                organizationId, () -> directory.find(organizationId).ifPresent(this::remove));
    }

    /** Databases that were created before get what new ones have. */
    void restrict() {
        for (OrganizationDatabase database : directory.unrestricted(Restrictions.VERSION)) {
            try {
                connections.administer(database).restrict();
                directory.markRestricted(database.organizationId(), Restrictions.VERSION);
            } catch (DatabaseException e) {
                LOGGER.warn(
                        "What the reader of the database \"{}\" may do is not restricted yet: {}",
                        database.name(),
                        e.getMessage());
            }
        }
    }

    private void createNew(long organizationId, String key, Placement placement) {
        OrganizationDatabase invented = place(organizationId, key, placement);
        try {
            connections.administer(invented).create(sealer);
            directory.markRestricted(organizationId, Restrictions.VERSION);
            schemas.make(invented);
            directory.markReady(organizationId);
        } catch (RuntimeException failure) {
            clearAway(invented, key, failure);
            throw failure;
        }
    }

    /** Where it is going to be, which counts from now on. */
    private OrganizationDatabase place(long organizationId, String key, Placement placement) {
        var placed = new AtomicReference<OrganizationDatabase>();
        choice.choose(key, placement, (session, server) -> {
            placed.set(OrganizationDatabase.invent(organizationId, server.address(), sealer));
            OrganizationDirectory.add(session, placed.get());
        });
        return placed.get();
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
        letGo.accept(database.organizationId());
        if (!database.isOwn()) {
            connections.administer(database).drop();
        }
        directory.remove(database.organizationId());
    }
}
