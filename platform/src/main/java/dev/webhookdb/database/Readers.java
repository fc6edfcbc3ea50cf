package dev.webhookdb.database;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.MemoryBudget;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The connections on which people's statements run, as the roles that may only read. How many run at a time is limited for each
 * organization and in all, and for strangers once more, so that neither an organization nor a stranger keeps others out; connections
 * are used again, as if they were new, and never more of them are kept than statements may run. Thread-safe.
 */
final class Readers implements AutoCloseable {
    /** Who is waiting for the result. */
    enum Who {
        MEMBER,
        STRANGER
    }

    /** What is done on a connection in a transaction that may only read. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Allowance allowance) throws SQLException, IOException;
    }

    static final int MOST_OF_ONE = 4;
    static final int MOST = 16;
    private static final int STRANGERS_OF_ONE = 2;
    private static final int STRANGERS = 8;
    /** For each kind of place. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A person waits longer for a connection than a provider would, as a server that is busy takes a while to make one. */
    private static final Duration CONNECTING = Duration.ofSeconds(3);

    /** What a statement's result may take, in bytes: a person cannot look at more. */
    private static final long LARGEST = 20_000_000;

    /** Strangers can fill half of the memory for results, however slowly they read them. */
    private static final int SHARES_OF_A_STRANGER = 2 * STRANGERS;

    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String WRONG_PASSWORD = "28P01";

    private final LongFunction<ServerAddress> addresses;
    private final MemoryBudget results;
    private final Map<Long, Desk> desks = new ConcurrentHashMap<>();
    private final Semaphore all = new Semaphore(MOST, true);
    private final Semaphore strangers = new Semaphore(STRANGERS, true);
    private final Stopper stopper = new Stopper();

    /** An organization's share, and its connections. */
    private static final class Desk {
        private final Semaphore all = new Semaphore(MOST_OF_ONE, true);
        private final Semaphore strangers = new Semaphore(STRANGERS_OF_ONE, true);
        private final Pool pool;

        private Desk(ServerAddress address) {
            pool = new Pool(address, MOST_OF_ONE, 0, CONNECTING);
        }
    }

    /**
     * @param addresses how an organization's database is read, by the organization's number
     * @param results what all results together may take of the heap
     */
    Readers(LongFunction<ServerAddress> addresses, MemoryBudget results) {
        this.addresses = addresses;
        this.results = results;
    }

    /**
     * Does work for a person in a transaction that may only read, and gives the result on when the connection is another's already.
     *
     * @param limit for the statement, and for all of the work
     * @throws BusyException if there is no place or no memory for it now
     */
    <R, T> T read(long organizationId, Who who, Duration limit, Work<R> work, Function<R, T> use) {
        Desk desk = desk(organizationId);
        long most = who == Who.STRANGER ? results.capacity() / SHARES_OF_A_STRANGER : LARGEST;
        try (Allowance allowance = Allowance.of(results, Math.min(most, LARGEST))) {
            return use.apply(placed(desk, who, () -> connected(desk, limit, work, allowance)));
        }
    }

    /** Lets go what was not used for that long. */
    void rest(Duration unused) {
        desks.values().forEach(desk -> desk.pool.rest(unused));
    }

    /** Lets everything of an organization go, because its database is dropped. */
    void forget(long organizationId) {
        Desk desk = desks.remove(organizationId);
        if (desk != null) {
            desk.pool.close();
        }
    }

    /** How many connections there are, in use or not. */
    int connections() {
        return desks.values().stream().mapToInt(desk -> desk.pool.connections()).sum();
    }

    @Override
    public void close() {
        stopper.close();
        desks.values().forEach(desk -> desk.pool.close());
        desks.clear();
    }

    /** Credentials and places change: the records know. */
    private Desk desk(long organizationId) {
        ServerAddress address = bounded(addresses.apply(organizationId));
        Desk desk = desks.computeIfAbsent(organizationId, id -> new Desk(address));
        if (!desk.pool.address().equals(address)) {
            desk.pool.move(address);
        }
        return desk;
    }

    private <R> R placed(Desk desk, Who who, Supplier<R> work) {
        Supplier<R> member = () -> Places.within(
                desk.all,
                PATIENCE,
                "%d statements of the organization are running.".formatted(MOST_OF_ONE),
                () -> Places.within(all, PATIENCE, "Too many statements of other organizations are running.", work));
        return switch (who) {
            case MEMBER -> member.get();
            case STRANGER ->
                Places.within(
                        desk.strangers,
                        PATIENCE,
                        "Too many public queries of the organization are running.",
                        () -> Places.within(strangers, PATIENCE, "Too many public queries are running.", member));
        };
    }

    private <R> R connected(Desk desk, Duration limit, Work<R> work, Allowance allowance) {
        makeRoom(desk);
        try (Connection connection = desk.pool.connection()) {
            return stopper.within(
                    limit, connection, desk.pool.address(), () -> Reading.perform(connection, limit, work, allowance));
        } catch (SQLException failure) {
            DatabaseException told = DatabaseException.of(failure);
            if (told.sqlState().equals(TOO_MANY_CONNECTIONS)) {
                throw new BusyException(
                        "The database server has no connection to spare. Try again in a moment, or end sessions of your own.");
            }
            if (told.sqlState().equals(WRONG_PASSWORD)) {
                throw new QueryException(
                        "The read-only role does not let anybody in with the password that is recorded: somebody changed it. 'webhookdb db roll-credentials' sets another.");
            }
            throw told;
        }
    }

    /** Connections that others left idle count, too: the server has only so many. */
    private void makeRoom(Desk mine) {
        if (mine.pool.idle() > 0) {
            return;
        }
        for (Desk other : desks.values()) {
            if (connections() < MOST) {
                return;
            }
            if (other.pool.idle() > 0) {
                other.pool.letIdleGo();
            }
        }
    }

    private static ServerAddress bounded(ServerAddress address) {
        Map<String, String> parameters = new HashMap<>(address.parameters());
        parameters.putIfAbsent("socketFactory", BoundedSockets.class.getName());
        String encrypting = parameters.put("sslfactory", BoundedTls.class.getName());
        parameters.remove("sslfactoryarg");
        if (encrypting != null) {
            parameters.put("sslfactoryarg", encrypting);
        }
        // another encryption, which hides where a message begins
        parameters.put("gssEncMode", "disable");
        return address.withParameters(parameters);
    }
}
