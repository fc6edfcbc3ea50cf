package dev.webhookdb.api;

import dev.webhookdb.observe.MemoryBudget;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: Helidon's own of HTTP/1.1, and around it what Helidon leaves out. Requests of HTTP/1.0 are served; {@code Connection:
 * close} closes; whoever does not go on sending or receiving is not waited for; and a body that nobody wants to read is never read.
 *
 * <p>All of it happens in the thread that serves the connection, except {@link #endIfOverdue} and what Helidon asks of a connection.
 */
final class Connection implements ServerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    /** What may wait to be read without being charged; one chunk of a body is read as a whole, however long its sender made it. */
    private static final int UNCHARGED = 64 << 10;

    /** A client that is told no while it sends reads that only if its bytes are taken; not for ever, however. */
    private static final long MOST_DISCARDED = 64 << 20;

    /**
     * How long one side is waited for, and what for.
     *
     * @param idle whether nothing is under way, so that the wait only has an end once the host stops
     */
    private record Wait(long since, Duration atMost, String what, boolean idle) {
        private static final Wait NONE = new Wait(0, Duration.ZERO, "", true);

        private static Wait start(Duration atMost, String what) {
            return new Wait(System.nanoTime(), atMost, what, false);
        }

        private static Wait untilStop(Duration atMost) {
            return new Wait(System.nanoTime(), atMost, "another request", true);
        }

        private boolean isOver() {
            return !atMost.isZero() && System.nanoTime() - since > atMost.toNanos();
        }
    }

    private final Connections.Limits limits;
    private final ConnectionContext context;
    private final List<MemoryBudget.Charge> charges = new ArrayList<>();
    private final Connections all;
    private final String peer;
    private final DataReader reader;
    private final ServerConnection served;
    private volatile Wait wait = Wait.NONE;
    private volatile boolean overdue;
    private Wait head = Wait.NONE;
    private boolean inHead;
    private boolean between = true;
    private boolean ended;
    private boolean takesLargeBody;
    private long arrived;
    private long looked;
    private long charged;

    Connection(ConnectionContext context, ServerConnectionSelector http, Connections all) {
        this.all = all;
        this.context = context;
        this.limits = all.limits();
        // a socket that is closed knows no peer
        this.peer = context.remotePeer().host();
        this.reader = DataReader.create(this::next);
        this.served = http.connection(new Wire(context, reader, new WatchedWriter(this::write)));
    }

    /** Returns the connection that the calling thread serves. */
    static Connection current() {
        return CURRENT.get();
    }

    /** Returns what Helidon knows of it. */
    ConnectionContext context() {
        return context;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        all.opened(this);
        try {
            ScopedValue.where(CURRENT, this).<Void, InterruptedException>call(() -> {
                served.handle(limit);
                return null;
            });
            discardRest();
        } catch (CloseConnectionException e) {
            LOG.debug("A connection from {} ended: {}", peer, e.getMessage());
        } finally {
            all.ended(this);
            done();
        }
    }

    /** Ends it if somebody was waited for long enough. */
    void endIfOverdue() {
        Wait now = wait;
        if (now.isOver() && (!now.idle() || all.isLeaving())) {
            overdue = true;
            LOG.debug(
                    "A connection from {} is ended: {} did not come within {} ms",
                    peer,
                    now.what(),
                    now.atMost().toMillis());
            context.serverSocket().close();
        }
    }

    /** Notes that the head of a request was read. */
    void received() {
        inHead = false;
        between = false;
    }

    /** Decides, when the answer is about to be sent, whether the connection ends with it: what was not read is no request. */
    void answering(ServerRequest request, ServerResponse response) {
        boolean unread = request.content().hasEntity() && !request.content().consumed();
        if (unread || all.isLeaving()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        between = !unread;
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
                || response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            // Helidon goes on as long as nobody says so: after this answer there is no other
            served.close(false);
        }
    }

    private byte[] next() {
        if (between && reader.available() == 0) {
            return beginning();
        }
        if (between || inHead) {
            if (!inHead) {
                beginHead();
            }
            return read(head).orElseThrow(() -> broken("The request ended in its head."));
        }
        chargeWaiting();
        return read(Wait.start(limits.silence(), "more of a body"))
                .orElseThrow(() -> broken("The request ended in its body."));
    }

    /**
     * Returns the first bytes of a request; null, as Helidon wants it, if there is none. Between requests, Helidon knows how long to wait,
     * unless the host stops.
     */
    private byte[] beginning() {
        done();
        Optional<byte[]> first = read(Wait.untilStop(limits.linger()));
        if (first.isEmpty()) {
            return null;
        }
        beginHead();
        RequestHead start = new RequestHead();
        start.add(first.get());
        while (!start.isComplete()) {
            start.add(read(head).orElseThrow(() -> broken("The request ended in its head.")));
        }
        // the rest of the head is no beginning
        between = false;
        return start.rewritten();
    }

    private void beginHead() {
        inHead = true;
        head = Wait.start(limits.head(), "the rest of a request's head");
    }

    private Optional<byte[]> read(Wait now) {
        wait = now;
        try {
            context.dataReader().ensureAvailable();
            byte[] more = context.dataReader().readBytes(context.dataReader().available());
            arrived += more.length;
            return Optional.of(more);
        } catch (DataReader.InsufficientDataAvailableException e) {
            ended = true;
            if (overdue) {
                throw new CloseConnectionException("nothing came in time", e);
            }
            return Optional.empty();
        } catch (UncheckedIOException | CloseConnectionException e) {
            throw new CloseConnectionException("it broke while it was read: " + e.getMessage(), e);
        } finally {
            wait = Wait.NONE;
        }
    }

    private void write(BufferData piece) {
        wait = Wait.start(limits.silence(), "somebody who takes an answer");
        try {
            context.dataWriter().writeNow(piece);
        } catch (SocketWriterException | UncheckedIOException e) {
            throw new CloseConnectionException("it broke while an answer was sent: " + e.getMessage(), e);
        } finally {
            wait = Wait.NONE;
        }
    }

    /** A part of a body that its sender calls one chunk, and a line of it, are kept until they are complete. */
    private void chargeWaiting() {
        if (arrived - looked < UNCHARGED) {
            return;
        }
        looked = arrived;
        long waiting = reader.available();
        if (waiting > limits.largestBody() + UNCHARGED) {
            throw refused(Status.REQUEST_ENTITY_TOO_LARGE_413, "A chunk of the body is too large.");
        }
        long more = Math.max(waiting - charged, charged);
        if (waiting > charged + UNCHARGED) {
            if (!hold(limits.received(), more)) {
                throw refused(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The host receives more than fits into its memory. Try again later.");
            }
            charged += more;
        }
    }

    /** Charges until the request that is being handled is done with; returns whether there was room. */
    boolean hold(MemoryBudget budget, long bytes) {
        Optional<MemoryBudget.Charge> charge = budget.tryCharge(bytes);
        charge.ifPresent(charges::add);
        return charge.isPresent();
    }

    /** Notes that the request is done with. */
    void done() {
        charges.forEach(MemoryBudget.Charge::close);
        charges.clear();
        charged = 0;
        takesLargeBody = false;
    }

    /** Lets the request that is being handled have a body of the larger kind. */
    void takeLargeBody() {
        takesLargeBody = true;
    }

    /** Returns whether it may. */
    boolean takesLargeBody() {
        return takesLargeBody;
    }

    /** Returns where bodies and trees of API requests are charged. */
    MemoryBudget requests() {
        return limits.requests();
    }

    /** Whatever still comes: closing a connection with unread bytes takes the answer away from whoever sends them. */
    private void discardRest() {
        if (ended || (between && reader.available() == 0)) {
            return;
        }
        Wait rest = Wait.start(limits.rest(), "the end of what nobody reads");
        long discarded = 0;
        Optional<byte[]> more = read(rest);
        while (more.isPresent() && discarded < MOST_DISCARDED) {
            discarded += more.get().length;
            more = read(rest);
        }
    }

    private static RequestException broken(String message) {
        return refused(Status.BAD_REQUEST_400, message);
    }

    static RequestException refused(Status status, String message) {
        return RequestException.builder()
                .type(EventType.BAD_REQUEST)
                .status(status)
                .setKeepAlive(false)
                .message(message)
                .build();
    }

    @Override
    public Duration idleTime() {
        return served.idleTime();
    }

    /**
     * A host that stops asks for the end of all connections as soon as it listens no more. Helidon's own would end at once where no request
     * is under way, also if one is about to arrive, and not tell its client where one is; ours ends by itself.
     */
    @Override
    public void close(boolean interrupt) {
        if (interrupt) {
            served.close(true);
        }
    }
}
