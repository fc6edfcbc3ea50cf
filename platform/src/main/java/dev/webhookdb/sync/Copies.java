package dev.webhookdb.sync;

import dev.webhookdb.connector.LoadedDestination;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.outbound.GuardedSockets;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.net.URI;
import java.time.Duration;

/** Opens sessions with destinations. Thread-safe. */
final class Copies {
    private final CopyRules rules;
    private final CopiedTables tables;
    private final Outbound outbound;

    Copies(CopyRules rules, CopiedTables tables, Outbound outbound) {
        this.rules = rules;
        this.tables = tables;
        this.outbound = outbound;
    }

    /**
     * Returns the destination of a target.
     *
     * @throws SyncException if it is not installed any more
     */
    LoadedDestination destination(SyncTarget target) {
        return rules.requireDestination(URI.create(target.receiver().url()));
    }

    /**
     * Opens a session.
     *
     * @throws DestinationException if the place cannot be reached, or does not let in
     */
    DestinationSession connect(LoadedDestination destination, SyncTarget target)
            throws DestinationException, InterruptedException {
        URI url = URI.create(target.receiver().url());
        GuardedSockets sockets = outbound.sockets();
        Duration timeout = target.terms().timeout();
        try {
            return destination.connect(Place.of(url, sockets, timeout));
        } catch (DestinationException e) {
            if (sockets.refusal().isPresent()) {
                throw new DestinationException(
                        DestinationException.Reason.SETTINGS, sockets.refusal().get(), e);
            }
            throw e;
        }
    }

    /** Returns the table as a target wants it. */
    DestinationTable shape(SyncTarget target, Integration integration) {
        return tables.shape(integration, target.opaqueId(), target.copy().orElseThrow());
    }

    /**
     * Sees to it that a target's table is there and can be written.
     *
     * @param after where the copy begins if it is new
     */
    Standing begin(SyncTarget target, Integration integration, long after)
            throws DestinationException, InterruptedException {
        DestinationTable table = shape(target, integration);
        try (DestinationSession session = connect(destination(target), target)) {
            return session.open(table, Start.at(after));
        }
    }
}
