package dev.webhookdb.event;

import dev.webhookdb.crypto.Sha256;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * What an event is called outside: when it happened, in microseconds and base 36, and 67 bits of a hash of what it is made of. A platform's
 * database that is restored from a backup makes events of the same changes once more, and they are called the same (ADR 45).
 */
final class EventId {
    private static final String PREFIX = "evt_";
    private static final int BASE = 36;
    private static final int HASH_DIGITS = 13;
    private static final BigInteger HASHES = BigInteger.valueOf(BASE).pow(HASH_DIGITS);

    /** Earlier releases wrote the event's number instead of the time: less than the microseconds until 1973. */
    private static final long FIRST_TIME = 100_000_000_000_000L;

    private EventId() {}

    /**
     * Returns the id of what happened.
     *
     * @param source tells it from everything else that happened at the same time
     */
    static String of(Instant occurredAt, String source) {
        long time = ChronoUnit.MICROS.between(Instant.EPOCH, occurredAt);
        String hash =
                new BigInteger(1, Sha256.of(time + " " + source)).mod(HASHES).toString(BASE);
        return PREFIX + Long.toString(time, BASE) + "0".repeat(HASH_DIGITS - hash.length()) + hash;
    }

    /** Returns when the event with an id happened, in microseconds since 1970; empty if the id does not say. */
    static OptionalLong time(String id) {
        return beginning(id, FIRST_TIME, Long.MAX_VALUE);
    }

    /** Returns the number in an id of an earlier release; empty if the text is none. */
    static OptionalLong number(String id) {
        return beginning(id, 0, FIRST_TIME - 1);
    }

    private static OptionalLong beginning(String id, long least, long most) {
        int end = id.length() - HASH_DIGITS;
        if (!id.startsWith(PREFIX) || end <= PREFIX.length()) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(id, PREFIX.length(), end, BASE);
            return value < least || value > most ? OptionalLong.empty() : OptionalLong.of(value);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
