package dev.webhookdb.notify;

import dev.webhookdb.notify.Queued.Attempted;
import dev.webhookdb.notify.Settlements.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of a delivery after an attempt, and of its endpoint.
 *
 * @param pause before it is tried again, if it is
 * @param counts whether it was one of the attempts after which it is given up
 * @param before how the endpoint was
 * @param state how it is now
 */
record Settled(Attempted attempt, Fate fate, Duration pause, boolean counts, State before, State state) {
    /** What becomes of a delivery. */
    enum Fate {
        DELIVERED,
        FAILED,
        AGAIN;

        /** Returns what is kept with the delivery. */
        String status() {
            return this == AGAIN ? "pending" : name().toLowerCase(Locale.ROOT);
        }
    }

    static Settled of(Attempted attempt, State state, Duration disableAfter, Instant now) {
        Verdict verdict = attempt.verdict();
        if (verdict.kind() == Verdict.Kind.DELIVERED) {
            return new Settled(
                    attempt,
                    Fate.DELIVERED,
                    Duration.ZERO,
                    true,
                    state,
                    new State(state.health().succeeded(now), state.disabled(), state.isRead()));
        }
        Health after = state.health()
                .failed(
                        verdict.kind() == Verdict.Kind.DOWN,
                        verdict.wish(),
                        verdict.error().orElse(""),
                        attempt.lease().payload().eventId().orElse(""),
                        now)
                .warned(disableAfter, now);
        boolean disabled = state.disabled() || verdict.kind() == Verdict.Kind.UNWANTED || after.isAtItsEnd();
        State next = new State(after, disabled, state.isRead());
        if (disabled || verdict.kind() == Verdict.Kind.ABORTED) {
            return new Settled(attempt, Fate.FAILED, Duration.ZERO, true, state, next);
        }
        return again(attempt, state, next);
    }

    /** What was first tried while the breaker was open was tried for everybody's sake, and loses no attempt by it. */
    private static Settled again(Attempted attempt, State before, State next) {
        int number = attempt.lease().attempts();
        if (attempt.verdict().kind() == Verdict.Kind.DOWN && before.health().isOpen() && number == 1) {
            return new Settled(attempt, Fate.AGAIN, Duration.ZERO, false, before, next);
        }
        Optional<Duration> pause = Timetable.after(
                number,
                attempt.subscription().manner().patient(),
                attempt.verdict().wish());
        return new Settled(
                attempt, pause.isPresent() ? Fate.AGAIN : Fate.FAILED, pause.orElse(Duration.ZERO), true, before, next);
    }

    long key() {
        return attempt.lease().key();
    }
}
