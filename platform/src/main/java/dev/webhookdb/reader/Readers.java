package dev.webhookdb.reader;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.BusyException;
import dev.webhookdb.sql.ConcurrencyLimit;
import dev.webhookdb.sql.DataSources;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Pool;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
public final class Readers implements AutoCloseable {
    /** Who is waiting for the result. */
    public enum Who {
        MEMBER,
        STRANGER
    }

    /** What is done on a connection in a transaction that may only read. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Allowance allowance) throws SQLException, IOException;
    }

    static final int MOST_OF_ONE = 4;
    public static final int MOST = 16;
    private static final int STRANGERS_OF_ONE = 2;
    private static final int STRANGERS = 8;
    /** For each kind of place. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A person waits longer for a connection than a provider would, as a server that is busy takes a while to make one. */
    private static final Duration CONNECTING = Duration.ofSeconds(3);

    /** For how long a server may say nothing when it is asked to cancel a statement. */
    private static final Duration CANCELLING = Duration.ofSeconds(5);

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
    public Readers(LongFunction<ServerAddress> addresses, MemoryBudget results) {
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

    /**
     * Runs a statement that a person wrote: whatever it does to the connection's settings ends with it.
     *
     * @param limit for how long it may run
     * @param most how many rows are returned
     * @param use what is done with the result; the memory for it is counted as taken until then
     * @throws QueryException if the statement is to blame
     * @throws BusyException if too much of that is going on already
     */
    public <T> T query(
            long organizationId, Who who, String text, Duration limit, int most, Function<QueryResult, T> use) {
        return read(
                organizationId,
                who,
                limit,
                (connection, allowance) -> QueryResult.of(connection, text, most, allowance),
                use);
    }

    /** The same for a member, who can {@link #cancel} it. */
    public <T> T query(
            long organizationId, Mark mark, String text, Duration limit, int most, Function<QueryResult, T> use) {
        return read(
                organizationId,
                Who.MEMBER,
                limit,
                (connection, allowance) -> {
                    mark.put(connection);
                    long begun = System.nanoTime();
                    try {
                        return QueryResult.of(connection, text, most, allowance);
                    } catch (QueryException failure) {
                        boolean inTime = System.nanoTime() - begun < limit.toNanos();
                        throw inTime && failure.isStop() ? new QueryException("The statement was cancelled.") : failure;
                    }
                },
                use);
    }

    /**
     * Cancels the statement that runs under a mark in an organization's database, whichever host runs it. That takes none of the places:
     * all of them may be taken by what is to be cancelled.
     *
     * @return whether it ran
     */
    public boolean cancel(long organizationId, Mark mark) {
        try (Connection another =
                DataSources.of(addresses.apply(organizationId), CANCELLING).getConnection()) {
            return mark.cancel(another);
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    /**
     * Has a statement that a person wrote planned.
     *
     * @throws QueryException if it could not be run
     * @throws BusyException if too many are running
     */
    public void check(long organizationId, String text) {
        this.<Boolean, Boolean>read(
                organizationId,
                Who.MEMBER,
                Pool.STATEMENT_LIMIT,
                (connection, allowance) -> {
                    QueryResult.check(connection, text);
                    return true;
                },
                done -> done);
    }

    /**
     * Evaluates a condition over rows.
     *
     * @param rows JSON
     * @param limit for all of them together
     * @throws BusyException if too much of that is going on already
     */
    public RowCondition.Outcome evaluate(
            long organizationId, RowCondition condition, List<String> rows, Duration limit) {
        return read(
                organizationId,
                Who.MEMBER,
                limit,
                (connection, allowance) -> condition.over(connection, rows),
                outcome -> outcome);
    }

    /** Lets go what was not used for that long. */
    public void rest(Duration unused) {
        desks.values().forEach(desk -> desk.pool.rest(unused));
    }

    /** Lets everything of an organization go, because its database is dropped. */
    public void forget(long organizationId) {
        Desk desk = desks.remove(organizationId);
        if (desk != null) {
            desk.pool.close();
        }
    }

    /** How many connections there are, in use or not. */
    public int connections() {
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
        Supplier<R> member = () -> ConcurrencyLimit.within(
                desk.all,
                PATIENCE,
                "%d statements of the organization are running.".formatted(MOST_OF_ONE),
                () -> ConcurrencyLimit.within(
                        all, PATIENCE, "Too many statements of other organizations are running.", work));
        return switch (who) {
            case MEMBER -> member.get();
            case STRANGER ->
                ConcurrencyLimit.within(
                        desk.strangers,
                        PATIENCE,
                        "Too many public queries of the organization are running.",
                        () -> ConcurrencyLimit.within(
                                strangers, PATIENCE, "Too many public queries are running.", member));
        };
    }

    private <R> R connected(Desk desk, Duration limit, Work<R> work, Allowance allowance) {
        makeRoom(desk);
        try (Connection connection = desk.pool.connection()) {
            return stopper.within(
                    limit, connection, desk.pool.address(), () -> Reading.perform(connection, limit, work, allowance));
        } catch (SQLException failure) {
            if (failure instanceof SQLTransientConnectionException && failure.getCause() == null) {
                // the pool gave up while the server was slow to let another session begin
                throw new BusyException("The database has no connection ready. Try again in a moment.");
            }
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
