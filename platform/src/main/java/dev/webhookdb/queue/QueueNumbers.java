package dev.webhookdb.queue;

import java.time.Duration;

/**
 * A queue in numbers.
 *
 * @param waiting rows in it that nobody holds, due or not
 * @param inFlight rows that somebody holds
 * @param parked rows that wait for somebody to mend something
 * @param oldest for how long the oldest due row has been due; zero when none is
 * @param totals what this host did since it began
 */
public record QueueNumbers(long waiting, long inFlight, long parked, Duration oldest, Totals totals) {
    /**
     * What a host did.
     *
     * @param claimed rows taken
     * @param succeeded attempts that did what they should
     * @param retried attempts that are made again
     * @param parked rows put aside
     * @param expired rows that were worth nothing any more
     * @param died rows that came back from a host that died with them
     */
    public record Totals(long claimed, long succeeded, long retried, long parked, long expired, long died) {}
}
