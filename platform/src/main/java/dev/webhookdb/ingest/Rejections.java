package dev.webhookdb.ingest;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of rejected requests is kept. One may be genuine, sent while the secret here was wrong, and is verified again later; so they
 * are kept whole, as long as those of an endpoint within an hour do not take more than their budget. Beyond that, some heads are kept, and
 * the others are counted. Each host has the budget for itself. Thread-safe.
 */
final class Rejections {
    private static final int HEADS_PER_MINUTE = 10;
    private static final int SHARE_OF_HEADS = 16;

    private final Clock clock;
    private final long perHour;
    private final Map<Long, Spent> spent = new HashMap<>();
    private long hour;

    /** @param perHour bytes of each endpoint */
    Rejections(Clock clock, long perHour) {
        this.clock = clock;
        this.perHour = perHour;
    }

    /** What becomes of a request. */
    sealed interface Keeping {
        /** It is kept as it is. */
        record Whole() implements Keeping {}

        /** Its head is kept, and told how many were not since the last one. */
        record Head(long dropped) implements Keeping {}

        /** It is counted. */
        record Nothing() implements Keeping {}
    }

    /**
     * Decides about a request.
     *
     * @param size of all of it, in bytes
     * @param head the size of what is kept of it at the least
     */
    synchronized Keeping keep(long endpoint, long size, long head) {
        long now = clock.instant().getEpochSecond();
        if (now / ChronoUnit.HOURS.getDuration().toSeconds() != hour) {
            hour = now / ChronoUnit.HOURS.getDuration().toSeconds();
            // what was dropped is still to be told
            spent.values().removeIf(one -> one.dropped == 0);
            spent.values().forEach(Spent::renew);
        }
        return spent.computeIfAbsent(endpoint, one -> new Spent())
                .keep(
                        perHour,
                        size,
                        head,
                        now / ChronoUnit.MINUTES.getDuration().toSeconds());
    }

    private static final class Spent {
        private long whole;
        private long heads;
        private long minute;
        private int headsInMinute;
        private long dropped;

        private void renew() {
            whole = 0;
            heads = 0;
        }

        private Keeping keep(long perHour, long size, long head, long now) {
            if (whole + size <= perHour) {
                whole += size;
                return new Keeping.Whole();
            }
            headsInMinute = now == minute ? headsInMinute : 0;
            minute = now;
            if (headsInMinute >= HEADS_PER_MINUTE || heads + head > perHour / SHARE_OF_HEADS) {
                dropped++;
                return new Keeping.Nothing();
            }
            headsInMinute++;
            heads += head;
            Keeping kept = new Keeping.Head(dropped);
            dropped = 0;
            return kept;
        }
    }
}
