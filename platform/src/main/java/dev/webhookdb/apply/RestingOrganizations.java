package dev.webhookdb.apply;

import dev.webhookdb.retry.Pauses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Organizations whose database is away: they are left alone for a while that doubles, so that asking in vain costs little, and those
 * with a database nothing. Thread-safe.
 */
final class RestingOrganizations {
    private static final Pauses PAUSES = Pauses.doubling(Duration.ofSeconds(2), Duration.ofMinutes(1));

    private final Clock clock;
    private final Map<Long, Rest> rests = new ConcurrentHashMap<>();

    private record Rest(Instant until, int failures) {}

    RestingOrganizations(Clock clock) {
        this.clock = clock;
    }

    /** Returns until when an organization rests; empty if it does not, or not any more. */
    Optional<Instant> until(long organizationId) {
        return Optional.ofNullable(rests.get(organizationId))
                .map(Rest::until)
                .filter(until -> until.isAfter(clock.instant()));
    }

    /** Returns whether its database was away when it was last asked. */
    boolean wasAway(long organizationId) {
        return rests.containsKey(organizationId);
    }

    /** Returns those that rest now. */
    long[] now() {
        Instant now = clock.instant();
        return rests.entrySet().stream()
                .filter(rest -> rest.getValue().until().isAfter(now))
                .mapToLong(Map.Entry::getKey)
                .toArray();
    }

    /** Lets an organization rest, longer than the last time if that was in vain; returns until when. */
    Instant rest(long organizationId) {
        Instant now = clock.instant();
        return rests.compute(
                        organizationId,
                        // several workers find out at the same time: that is one failure
                        (id, known) -> known != null && known.until().isAfter(now) ? known : longer(now, known))
                .until();
    }

    private static Rest longer(Instant now, Rest before) {
        int failures = before == null ? 1 : before.failures() + 1;
        return new Rest(now.plus(PAUSES.after(failures, ThreadLocalRandom.current())), failures);
    }

    /** Its database answered. */
    void answered(long organizationId) {
        rests.remove(organizationId);
    }
}
