package dev.webhookdb.notify;

import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How an endpoint behaves, and the breaker that holds its deliveries back while it is down.
 *
 * @param failures in a row that say it is down
 * @param failingSince when something first failed since something last succeeded
 * @param heldUntil when one is tried to see; deliveries wait until then
 * @param holds how often it was held since it was last up; 0 when the breaker is closed
 * @param warned which part of the way to being disabled its owner was told of, in percent
 */
record Health(
        int failures,
        Optional<Instant> failingSince,
        Optional<Instant> heldUntil,
        int holds,
        int warned,
        Optional<Instant> lastSuccessAt,
        Optional<Instant> lastFailureAt,
        Optional<String> lastAnswer,
        Optional<String> failedEvent) {
    static final String COLUMNS =
            "failures, failing_since, held_until, holds, warned, last_success_at, last_failure_at, last_answer, failed_event";

    /** Nothing is known against it. */
    static final Health WELL = new Health(
            0,
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** So many failures in a row open the breaker. */
    private static final int ENOUGH = 5;

    private static final Duration FIRST_HOLD = Duration.ofSeconds(30);
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(15);
    private static final int MOST_DOUBLINGS = 10;

    /** A success of an endpoint that is well is noted so often. */
    private static final Duration NOTING = Duration.ofSeconds(10);

    private static final int[] STEPS = {50, 70, 90};
    private static final int WHOLE_WAY = 100;

    static Health read(Row row) {
        return new Health(
                row.integer("failures"),
                row.optionalInstant("failing_since"),
                row.optionalInstant("held_until"),
                row.integer("holds"),
                row.integer("warned"),
                row.optionalInstant("last_success_at"),
                row.optionalInstant("last_failure_at"),
                row.optionalText("last_answer"),
                row.optionalText("failed_event"));
    }

    void write(Session session, long subscription) {
        session.sql("""
                        update subscription_health set failures = :failures, failing_since = :since, held_until = :held, holds = :holds,
                          warned = :warned, last_success_at = :success, last_failure_at = :failure, last_answer = :answer,
                          failed_event = :event
                        where subscription_id = :subscription""")
                .bind("failures", failures)
                .bind("since", failingSince.orElse(null))
                .bind("held", heldUntil.orElse(null))
                .bind("holds", holds)
                .bind("warned", warned)
                .bind("success", lastSuccessAt.orElse(null))
                .bind("failure", lastFailureAt.orElse(null))
                .bind("answer", lastAnswer.map(Texts::storable).orElse(null))
                .bind("event", failedEvent.orElse(null))
                .bind("subscription", subscription)
                .execute();
    }

    /** Returns whether deliveries are held back, or one was let through to see. */
    boolean isOpen() {
        return holds > 0;
    }

    /** It answered well: all is forgotten. */
    Health succeeded(Instant now) {
        boolean well = failures == 0 && failingSince.isEmpty() && holds == 0;
        if (well && lastSuccessAt.filter(last -> last.plus(NOTING).isAfter(now)).isPresent()) {
            return this;
        }
        return new Health(
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.of(now),
                lastFailureAt,
                lastAnswer,
                Optional.empty());
    }

    /**
     * Something failed.
     *
     * @param down whether that says that the endpoint is down; if not, it is there, and refuses
     * @param wish for how long it wants to be left alone, which counts once it is held
     */
    Health failed(boolean down, Optional<Duration> wish, String answer, String event, Instant now) {
        int inRow = down ? failures + 1 : 0;
        int held = holds;
        Optional<Instant> until = heldUntil;
        if (!down) {
            held = 0;
            until = Optional.empty();
        } else if (isOpen() ? heldUntil.filter(now::isBefore).isEmpty() : inRow >= ENOUGH) {
            held = holds + 1;
            until = Optional.of(now.plus(hold(held, wish)));
        }
        return new Health(
                inRow,
                failingSince.or(() -> Optional.of(now)),
                until,
                held,
                warned,
                lastSuccessAt,
                Optional.of(now),
                Optional.of(answer),
                Optional.of(event));
    }

    private static Duration hold(int number, Optional<Duration> wish) {
        Duration doubled = FIRST_HOLD.multipliedBy(1L << Math.min(number - 1, MOST_DOUBLINGS));
        Duration hold = doubled.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : doubled;
        return wish.filter(longer -> longer.compareTo(hold) > 0 && longer.compareTo(LONGEST_HOLD) <= 0)
                .orElse(hold);
    }

    /**
     * Takes the next step on the way to being disabled, if its time has come.
     *
     * @param whole how long the way is
     * @return the same if there is none to take; one of which 100 percent were told is to be disabled. Nobody is disabled who was not
     *     told before that it is near, however seldom something is sent there
     */
    Health warned(Duration whole, Instant now) {
        if (failingSince.isEmpty()) {
            return this;
        }
        long percent = WHOLE_WAY * Duration.between(failingSince.get(), now).toMillis() / Math.max(1, whole.toMillis());
        int last = STEPS[STEPS.length - 1];
        if (percent >= WHOLE_WAY && warned < last) {
            return with(last, now.minus(whole.multipliedBy(last).dividedBy(WHOLE_WAY)));
        }
        if (percent >= WHOLE_WAY) {
            return with(WHOLE_WAY, failingSince.get());
        }
        int step = warned;
        for (int one : STEPS) {
            step = percent >= one ? Math.max(step, one) : step;
        }
        return step == warned ? this : with(step, failingSince.get());
    }

    boolean isAtItsEnd() {
        return warned >= WHOLE_WAY;
    }

    private Health with(int told, Instant since) {
        return new Health(
                failures,
                Optional.of(since),
                heldUntil,
                holds,
                told,
                lastSuccessAt,
                lastFailureAt,
                lastAnswer,
                failedEvent);
    }
}
