package dev.webhookdb.apply;

import dev.webhookdb.spi.Request;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Origin;
import java.time.Instant;

/**
 * A webhook whose rows are to be stored.
 *
 * @param attempts how often that was tried before
 * @param deaths how many of these attempts ended with the host that made them
 * @param heldUntil when others may take it from the queue
 * @param size bytes it takes up in memory, about
 * @param origin where its states come from
 */
record Delivery(
        long webhookId,
        long endpointId,
        Request request,
        int attempts,
        int deaths,
        Instant heldUntil,
        int size,
        Origin origin) {
    /** With so many attempts that ended with their host, the second of them with nothing else in hand, it is not tried any more. */
    static final int MOST_DEATHS = 2;

    static Delivery of(long webhookId, long endpointId, Request request, int attempts, int deaths, Instant heldUntil) {
        return of(webhookId, endpointId, request, attempts, deaths, heldUntil, Origin.WEBHOOK);
    }

    static Delivery of(
            long webhookId,
            long endpointId,
            Request request,
            int attempts,
            int deaths,
            Instant heldUntil,
            Origin origin) {
        return new Delivery(
                webhookId,
                endpointId,
                request,
                attempts,
                deaths,
                heldUntil,
                request.body().remaining() + 2048,
                origin);
    }

    /** Returns what led to the states that it brings. */
    Cause cause() {
        return Cause.of(origin, webhookId);
    }

    /** Returns whether it was in hand when a host died, and is therefore tried alone. */
    boolean isSuspect() {
        return deaths > 0;
    }
}
