package dev.webhookdb.apply;

import dev.webhookdb.spi.Request;
import java.time.Instant;

/**
 * A webhook whose rows are to be stored.
 *
 * @param attempts how often that was tried before
 * @param heldUntil when others may take it from the queue
 * @param size bytes it takes up in memory, about
 */
record Delivery(long webhookId, long endpointId, Request request, int attempts, Instant heldUntil, int size) {
    static Delivery of(long webhookId, long endpointId, Request request, int attempts, Instant heldUntil) {
        return new Delivery(
                webhookId,
                endpointId,
                request,
                attempts,
                heldUntil,
                request.body().remaining() + 2048);
    }
}
