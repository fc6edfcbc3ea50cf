package dev.webhookdb.apply;

import dev.webhookdb.sql.Row;
import java.time.Instant;

/**
 * A delivery that was taken from the queue.
 *
 * @param heldUntil when others may take it
 * @param replayed whether somebody asked for it to be applied once more
 * @param lost whether a host died with it since it was taken before
 * @param found how many were due
 */
record Claim(
        long webhookId,
        long endpointId,
        Instant receivedAt,
        int attempts,
        int deaths,
        Instant heldUntil,
        boolean replayed,
        boolean lost,
        long found) {
    static Claim read(Row row) {
        return new Claim(
                row.number("webhook_id"),
                row.number("endpoint_id"),
                row.instant("received_at"),
                row.integer("attempts"),
                row.integer("deaths"),
                row.instant("due_at"),
                row.flag("replayed"),
                row.flag("lost"),
                row.number("found"));
    }
}
