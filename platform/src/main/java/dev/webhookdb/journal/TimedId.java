package dev.webhookdb.journal;

import java.security.SecureRandom;
import java.util.UUID;

/** Makes ids that sort by the time at which they were made (UUIDs of version 7), because journals are read in that order. */
final class TimedId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private TimedId() {}

    static UUID next() {
        long time = System.currentTimeMillis() << 16;
        long version = 0x7000L | RANDOM.nextInt(1 << 12);
        long variant = 0x8000_0000_0000_0000L | RANDOM.nextLong() >>> 2;
        return new UUID(time | version, variant);
    }
}
