package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps what calls of a connector do to the host within bounds, for each kind of call by itself: a webhook in the reading of which a
 * connector hangs keeps nobody's webhook from being verified.
 *
 * <p>Up to {@link #MOST_STUCK} calls of a kind may be overdue, in all of a connector's resources together; then the kind is suspended
 * until one of them returns. A call that took the host's memory suspends its kind for its resource, for {@link #AFTER_AN_ERROR}. Safe
 * for use by many threads.
 */
final class Suspension {
    /** Fewer than the host's workers that read. */
    static final int MOST_STUCK = 3;

    static final Duration AFTER_AN_ERROR = Duration.ofMinutes(1);

    private final String connector;
    private final Map<String, Gate> gates;
    private final Map<String, Long> suspendedUntil = new ConcurrentHashMap<>();
    private final String resource;

    Suspension(String connector) {
        this(connector, new ConcurrentHashMap<>(), "");
    }

    private Suspension(String connector, Map<String, Gate> gates, String resource) {
        this.connector = connector;
        this.gates = gates;
        this.resource = resource;
    }

    /** Shares the count of overdue calls, but not the errors. */
    Suspension of(String name) {
        return new Suspension(connector, gates, " for " + name);
    }

    /** Returns " for acme_thing_v1", or nothing if it is for no resource in particular. */
    String resource() {
        return resource;
    }

    /** The calls of one kind. */
    private static final class Gate {
        /**
         * How many may run in their callers' threads at once: these are virtual, so that a call that computes without end keeps a
         * carrier, and a processor.
         */
        private final Semaphore inline = new Semaphore(MOST_STUCK + 1);

        private final AtomicInteger overdue = new AtomicInteger();
    }

    /** Fails if calls of a kind are suspended. */
    void requireNone(String operation) {
        if (gate(operation).overdue.get() >= MOST_STUCK) {
            throw new ConnectorFailure(
                    Kind.SUSPENDED,
                    "Connector %s is suspended in %s, because %d calls of it do not return; restart the host if this lasts."
                            .formatted(connector, operation, MOST_STUCK));
        }
        Long until = suspendedUntil.get(operation);
        if (until != null && System.nanoTime() - until < 0) {
            throw new ConnectorFailure(
                    Kind.SUSPENDED,
                    "Connector %s is suspended in %s%s for %d s after it took the host's memory; the host's log says where."
                            .formatted(connector, operation, resource, AFTER_AN_ERROR.toSeconds()));
        }
    }

    /** Suspends a kind of call for a while. */
    void suspend(String operation) {
        suspendedUntil.put(operation, System.nanoTime() + AFTER_AN_ERROR.toNanos());
    }

    /**
     * Begins a call, as soon as not too many of its kind are running in virtual threads.
     *
     * @param patience how long to wait for that
     */
    Turn enter(String operation, Duration patience) {
        requireNone(operation);
        Gate gate = gate(operation);
        boolean counted = Thread.currentThread().isVirtual();
        try {
            if (counted && !gate.inline.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ConnectorFailure(
                        Kind.SUSPENDED,
                        "Connector %s is busy in %s: its calls take too long.".formatted(connector, operation));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectorFailure(
                    Kind.TRANSIENT, "The host stopped waiting for connector %s.".formatted(connector));
        }
        return new Turn(gate, counted);
    }

    private Gate gate(String operation) {
        return gates.computeIfAbsent(operation, name -> new Gate());
    }

    /** One call. */
    static final class Turn {
        private final Gate gate;
        private final boolean counted;
        private final AtomicBoolean overdue = new AtomicBoolean();

        private Turn(Gate gate, boolean counted) {
            this.gate = gate;
            this.counted = counted;
        }

        /** Says that it has not returned in time. */
        void overdue() {
            overdue.set(true);
            gate.overdue.incrementAndGet();
        }

        /** Says that it has returned. */
        void end() {
            if (overdue.get()) {
                gate.overdue.decrementAndGet();
            }
            if (counted) {
                gate.inline.release();
            }
        }
    }
}
