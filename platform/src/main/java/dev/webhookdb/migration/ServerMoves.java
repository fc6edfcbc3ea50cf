package dev.webhookdb.migration;

import dev.webhookdb.migration.MigrationException.Problem;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.NewDatabase;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.tenancy.PlacementException;

/** Asks for moves from one of the configured servers to another. Thread-safe. */
public final class ServerMoves {
    private final DatabaseMoves moves;
    private final OrganizationDatabases databases;

    /** @param moves does what is asked for, as it moves organizations into databases that they bring */
    public ServerMoves(DatabaseMoves moves, OrganizationDatabases databases) {
        this.moves = moves;
        this.databases = databases;
    }

    /**
     * Asks for a move, after the server was tried. It is done in the background.
     *
     * @param server its name
     * @throws MigrationException if that is impossible; nothing was changed
     */
    public ServerMove start(long organizationId, String author, String server) {
        NewDatabase database = invent(organizationId, server);
        ServerMove move = described(organizationId, database);
        moves.enqueue(author, database);
        return move;
    }

    /**
     * Says what {@link #start} would do.
     *
     * @throws MigrationException if that is impossible
     */
    public ServerMove plan(long organizationId, String server) {
        return described(organizationId, invent(organizationId, server));
    }

    private NewDatabase invent(long organizationId, String server) {
        if (databases.own().isOwn(organizationId)) {
            throw new MigrationException(
                    Problem.OWN_DATABASE,
                    "The organization has a database of its own, %s, which is on none of the servers: it can only move with 'webhookdb db migrations start'."
                            .formatted(databases.own().location(organizationId)));
        }
        moves.requireNoneUnderWay(organizationId);
        try {
            return databases.servers().invent(organizationId, server);
        } catch (PlacementException | DatabaseException e) {
            throw new MigrationException(Problem.SERVER, e.getMessage(), e);
        }
    }

    private ServerMove described(long organizationId, NewDatabase database) {
        Database present = databases.open(organizationId);
        long bytes = present.transaction(session -> session.sql("select pg_database_size(current_database()) as bytes")
                .one(row -> row.number("bytes")));
        return new ServerMove(
                databases.servers().name(organizationId),
                database.server(),
                new Source(present).tables().size(),
                bytes);
    }
}
