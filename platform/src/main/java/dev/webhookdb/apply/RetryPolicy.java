package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.database.DatabaseException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When to try again, and when to give up.
 *
 * <p>Delays double from one second up to five minutes, each with a quarter of jitter. A database that is away is nobody's fault and
 * is waited for without end. What a connector or a table refuses is tried {@value #MOST_ATTEMPTS} times, over about half an hour, in
 * which somebody may repair it; then the delivery has failed and waits for a replay.
 */
final class RetryPolicy {
    static final int MOST_ATTEMPTS = 12;

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private RetryPolicy() {}

    static Outcome after(RuntimeException failure, Delivery delivery) {
        boolean counts = !(failure instanceof DatabaseException e && e.kind() == DatabaseException.Kind.UNAVAILABLE);
        String reason = reason(failure);
        return counts && delivery.attempts() + 1 >= MOST_ATTEMPTS
                ? new Outcome.Failed(reason)
                : new Outcome.Retry(reason, delay(delivery.attempts()), counts);
    }

    private static Duration delay(int attempts) {
        long doubled = FIRST.toMillis() << Math.min(attempts, 20);
        long capped = Math.min(doubled, LONGEST.toMillis());
        return Duration.ofMillis(capped + ThreadLocalRandom.current().nextLong(capped / 4 + 1));
    }

    private static String reason(RuntimeException failure) {
        return switch (failure) {
            case ConnectorFailure e -> e.getMessage();
            case DatabaseException e -> "The database refused: " + e.getMessage();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
