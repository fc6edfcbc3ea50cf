package dev.webhookdb.testkit.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What goes wrong with the requests to a simulated API, besides what the caller does wrong. Nothing, to begin with.
 *
 * <p>Each method returns this object, so that several can be combined. Thread-safe: a test changes its mind while requests come in.
 */
public final class Faults {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Deque<Fault> next = new ArrayDeque<>();
    private final Deque<Long> admitted = new ArrayDeque<>();
    private Optional<Fault> always = Optional.empty();
    private Optional<Fault> repeated = Optional.empty();
    private int period = 1;
    private long seen;
    private int perSecond = Integer.MAX_VALUE;
    private Duration latency = Duration.ZERO;

    Faults() {}

    /** Lets the next so many requests go wrong; after those that were to go wrong already. */
    public synchronized Faults next(int count, Fault fault) {
        for (int i = 0; i < count; i++) {
            next.add(fault);
        }
        return this;
    }

    /** Lets every n-th request go wrong. */
    public synchronized Faults every(int n, Fault fault) {
        period = n;
        repeated = Optional.of(fault);
        return this;
    }

    /** Lets every request go wrong, until {@link #none}. */
    public synchronized Faults always(Fault fault) {
        always = Optional.of(fault);
        return this;
    }

    /** Answers as if the caller's credentials had expired or been revoked: 401. */
    public Faults revokeCredentials() {
        return always(Fault.status(401));
    }

    /** Answers as if the caller's credentials lacked a permission: 403. */
    public Faults forbid() {
        return always(Fault.status(403));
    }

    /** Answers 429 to what exceeds so many requests in any second. */
    public synchronized Faults atMost(int requestsPerSecond) {
        perSecond = requestsPerSecond;
        return this;
    }

    /** Lets every answer take so long. */
    public synchronized Faults latency(Duration perRequest) {
        latency = perRequest;
        return this;
    }

    /** Lets nothing go wrong any more. */
    public synchronized Faults none() {
        next.clear();
        always = Optional.empty();
        repeated = Optional.empty();
        perSecond = Integer.MAX_VALUE;
        latency = Duration.ZERO;
        return this;
    }

    synchronized Duration latency() {
        return latency;
    }

    /** What goes wrong with the request that has just come in. */
    synchronized Optional<Fault> draw(long nanoTime) {
        seen++;
        if (always.isPresent()) {
            return always;
        }
        if (!admits(nanoTime)) {
            return Optional.of(Fault.tooManyRequests(Duration.ofSeconds(1)));
        }
        return Optional.ofNullable(next.poll()).or(() -> seen % period == 0 ? repeated : Optional.empty());
    }

    private boolean admits(long nanoTime) {
        while (!admitted.isEmpty() && nanoTime - admitted.getFirst() >= SECOND) {
            admitted.removeFirst();
        }
        if (admitted.size() >= perSecond) {
            return false;
        }
        if (perSecond < Integer.MAX_VALUE) {
            admitted.add(nanoTime);
        }
        return true;
    }
}
