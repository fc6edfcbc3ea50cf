package dev.webhookdb.spi;

import java.time.Duration;

/** How often a provider's API may be called with one credential. */
public final class RateLimit {
    private final int requests;
    private final Duration period;

    private RateLimit(int requests, Duration period) {
        this.requests = requests;
        this.period = period;
    }

    /**
     * So many requests in every period, evenly spaced after a short burst.
     *
     * @param requests at least 1
     * @param period more than zero
     */
    public static RateLimit of(int requests, Duration period) {
        if (requests < 1 || period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("No rate: %d requests in %s".formatted(requests, period));
        }
        return new RateLimit(requests, period);
    }

    /** Returns the number of requests in every period. */
    public int requests() {
        return requests;
    }

    /** Returns the period. */
    public Duration period() {
        return period;
    }

    @Override
    public String toString() {
        return "%d requests in %s".formatted(requests, period);
    }
}
