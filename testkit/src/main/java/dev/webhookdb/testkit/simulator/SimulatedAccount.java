package dev.webhookdb.testkit.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The clock of a provider's account, to whole seconds: it stands still unless something happens or somebody lets time pass, so that the
 * same calls give the same history. Thread-safe.
 *
 * @param <S> the account's own type
 */
abstract class SimulatedAccount<S extends SimulatedAccount<S>> {
    private Instant now = Instant.parse("2026-01-05T08:00:00Z");

    SimulatedAccount() {}

    /** Returns this account. */
    abstract S self();

    /** Sets the account's clock. */
    public final synchronized S startingAt(Instant start) {
        now = start.truncatedTo(ChronoUnit.SECONDS);
        return self();
    }

    /** The account's time. */
    public final synchronized Instant now() {
        return now;
    }

    /** Lets time pass in which nothing happens. */
    public final synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    /** Lets time pass until an instant, but a second at least. */
    final synchronized void advanceTo(Instant instant) {
        Instant next = now.plusSeconds(1);
        now = instant.isAfter(next) ? instant.truncatedTo(ChronoUnit.SECONDS) : next;
    }
}
