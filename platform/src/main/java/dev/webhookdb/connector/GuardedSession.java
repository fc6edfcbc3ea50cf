package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A session all of whose calls have limits. After one that was over, or whose caller was interrupted, the session is closed from another
 * thread, because what waits in a driver often heeds no interrupt, and can be used no more.
 */
final class GuardedSession implements DestinationSession {
    /** For what reads or moves a whole table. */
    private static final Duration WHOLE_TABLE = Duration.ofMinutes(10);

    private final DestinationCalls calls;
    private final DestinationSession session;
    private final Duration timeout;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile DestinationCalls.Call<?> running;

    /** @param timeout how long opening a table and writing to it may take */
    GuardedSession(DestinationCalls calls, DestinationSession session, Duration timeout) {
        this.calls = calls;
        this.session = session;
        this.timeout = timeout;
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException {
        return call("open", timeout, () -> session.open(table, start));
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        call("write", timeout, () -> {
            session.write(table, batch);
            return true;
        });
    }

    @Override
    public OptionalLong count(DestinationTable table) throws DestinationException, InterruptedException {
        return call("count", WHOLE_TABLE, () -> session.count(table));
    }

    @Override
    public void replace(DestinationTable loaded, DestinationTable table)
            throws DestinationException, InterruptedException {
        call("replace", WHOLE_TABLE, () -> {
            session.replace(loaded, table);
            return true;
        });
    }

    private <T> T call(String operation, Duration limit, Callable<T> code)
            throws DestinationException, InterruptedException {
        DestinationCalls.Call<T> call = calls.prepare(operation, code);
        running = call;
        if (closed.get()) {
            throw calls.ended();
        }
        call.start();
        try {
            return call.result(limit);
        } finally {
            if (call.isGivenUp() && closed.compareAndSet(false, true)) {
                calls.beginClosing(session);
                calls.sessionClosed();
            }
        }
    }

    /** Ends whatever call is under way. Takes three seconds at the most, and throws nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        calls.close(session);
        calls.sessionClosed();
        DestinationCalls.Call<?> call = running;
        if (call != null) {
            call.giveUp();
        }
    }
}
