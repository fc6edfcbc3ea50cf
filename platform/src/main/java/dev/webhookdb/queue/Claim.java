package dev.webhookdb.queue;

import java.util.List;

/**
 * What was taken from a queue at once.
 *
 * @param leases what is to be done now, in order
 * @param parked rows that killed their host too often, parked or put off with this claim
 * @param expired rows that are worth nothing any more, removed with this claim
 */
public record Claim<T>(List<Lease<T>> leases, List<Lease<T>> parked, List<Lease<T>> expired) {
    /** Keeps copies of the lists. */
    public Claim {
        leases = List.copyOf(leases);
        parked = List.copyOf(parked);
        expired = List.copyOf(expired);
    }

    /** Returns whether there was nothing to take. */
    public boolean isEmpty() {
        return leases.isEmpty() && parked.isEmpty() && expired.isEmpty();
    }
}
