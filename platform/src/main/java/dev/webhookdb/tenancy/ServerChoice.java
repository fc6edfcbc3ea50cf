package dev.webhookdb.tenancy;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.ServerCheck;
import dev.webhookdb.sql.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the servers on which organizations' databases are created: of those that are fit, the one with the fewest in proportion to its
 * weight. Thread-safe; hosts that choose at once do it one after the other, and each counts what was chosen before.
 */
final class ServerChoice {
    private static final Logger LOGGER = LoggerFactory.getLogger(ServerChoice.class);

    private final Occupancy occupancy;
    private final Servers servers;

    ServerChoice(Occupancy occupancy, Servers servers) {
        this.occupancy = occupancy;
        this.servers = servers;
    }

    /**
     * Chooses a server that can be reached. One that cannot is passed over, unless there is no other.
     *
     * @param key of the organization, for messages
     * @param recording writes down that the organization is there from now on; may be done several times, of which one is committed
     * @throws PlacementException if none is fit
     * @throws DatabaseException with a sentence that says what to do, if none that is can be reached
     */
    void choose(String key, Placement placement, BiConsumer<Session, DatabaseServer> recording) {
        List<DatabaseServer> left = new ArrayList<>(servers.candidates(placement));
        Set<DatabaseServer> reached = new HashSet<>();
        while (true) {
            DatabaseServer chosen = occupancy.counting((session, databases) -> {
                DatabaseServer emptiest = emptiest(left, databases);
                if (reached.contains(emptiest)) {
                    recording.accept(session, emptiest);
                }
                return emptiest;
            });
            if (!reached.add(chosen)) {
                return;
            }
            // while nobody waits for the count: a server that is away takes seconds to say nothing
            if (!answers(chosen, key, left.size() == 1)) {
                left.remove(chosen);
            }
        }
    }

    private static boolean answers(DatabaseServer server, String key, boolean last) {
        try {
            ServerCheck.check(server.address(), "database.servers");
            return true;
        } catch (DatabaseException e) {
            if (last) {
                throw e;
            }
            LOGGER.warn(
                    "The server {} is passed over for the organization \"{}\": {}", server.name(), key, e.getMessage());
            return false;
        }
    }

    /** Of two that are as full, the one with the greater weight, and then the one that is configured first. */
    private DatabaseServer emptiest(List<DatabaseServer> candidates, List<Occupancy.Occupied> databases) {
        Map<DatabaseServer, Long> load = new HashMap<>();
        databases.forEach(occupied -> servers.of(occupied.server(), occupied.host(), occupied.port())
                .ifPresent(server -> load.merge(server, occupied.databases(), Long::sum)));
        DatabaseServer best = candidates.getFirst();
        for (DatabaseServer other : candidates) {
            long lead = load.getOrDefault(best, 0L) * weight(other) - load.getOrDefault(other, 0L) * weight(best);
            if (lead > 0 || (lead == 0 && other.weight() > best.weight())) {
                best = other;
            }
        }
        return best;
    }

    /** One that was named may have the weight 0, and is then the only candidate. */
    private static int weight(DatabaseServer server) {
        return Math.max(server.weight(), 1);
    }
}
