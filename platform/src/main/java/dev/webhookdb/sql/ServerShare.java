package dev.webhookdb.sql;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.PoolMetrics;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections many pools may have together to each server they are on. Thread-safe.
 *
 * <p>Where there are too many, those that nobody uses are closed for a new one, of the pools that were unused for longest. Background work
 * takes three quarters of them at most, and waits for its turn; what somebody waits for ({@link Foreground}) takes what it needs.
 */
public final class ServerShare {
    /** Closing several takes a server no longer than closing one, and the next to ask finds room. */
    private static final int CLOSED_AT_ONCE = 8;

    private final int most;
    private final Map<String, BackgroundShare> background = new ConcurrentHashMap<>();
    private final Set<Pool> open = ConcurrentHashMap.newKeySet();

    /** @param most connections to each server, at least 4 */
    public ServerShare(int most) {
        this.most = most;
    }

    /**
     * Waits until a thread may ask for a connection, unless it has one of these already, which others might wait for.
     *
     * @param metrics told how long it waited
     */
    BackgroundShare.Turn turn(ServerAddress server, Optional<PoolMetrics> metrics) throws SQLException {
        if (HeldPools.any(this::includes)) {
            return () -> {};
        }
        return background
                .computeIfAbsent(ServerCheck.where(server), where -> new BackgroundShare(most * 3 / 4, metrics))
                .take();
    }

    void opened(Pool pool) {
        open.add(pool);
    }

    void closed(Pool pool) {
        open.remove(pool);
    }

    /** Makes room for one more connection of a pool, as far as others have some that nobody uses. */
    void makeRoom(Pool wanting) {
        List<Pool> others = neighbours(wanting);
        int connections = wanting.connections()
                + others.stream().mapToInt(Pool::connections).sum();
        if (connections >= most) {
            letGo(others);
        }
    }

    /** Closes connections that nobody uses, because the server takes no more; returns whether there were any. */
    boolean letGo(Pool wanting) {
        return letGo(neighbours(wanting));
    }

    private static boolean letGo(List<Pool> others) {
        List<Pool> unused = others.stream()
                .filter(pool -> pool.idle() > 0)
                .sorted(Comparator.comparingLong(Pool::unusedFor).reversed())
                .toList();
        int closed = 0;
        for (Pool pool : unused) {
            if (closed >= CLOSED_AT_ONCE) {
                break;
            }
            closed += pool.idle();
            pool.letIdleGo();
        }
        return closed > 0;
    }

    private List<Pool> neighbours(Pool wanting) {
        String where = ServerCheck.where(wanting.address());
        return open.stream()
                .filter(pool -> pool != wanting)
                .filter(pool -> ServerCheck.where(pool.address()).equals(where))
                .toList();
    }

    private boolean includes(Pool pool) {
        return open.contains(pool);
    }
}
