package dev.webhookdb.queue;

import java.time.Duration;
import java.util.UUID;

/**
 * A row that is this host's until the lease runs out.
 *
 * @param key the row's
 * @param claim under which it is held; nobody else knows it
 * @param partition as text
 * @param attempts the number of this attempt, at least 1
 * @param deaths how many attempts before ended with their host
 * @param length for how long it is held from when it was claimed
 * @param payload what is to be done
 */
public record Lease<T>(long key, UUID claim, String partition, int attempts, int deaths, Duration length, T payload) {
    /** Returns whether a host died with it, so that it had better be tried with nothing else in hand. */
    public boolean isSuspect() {
        return deaths > 0;
    }
}
