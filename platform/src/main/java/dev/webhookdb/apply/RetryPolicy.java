package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.schedule.Doubling;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;

/**
 * When to try again, and when to give up.
 *
 * <p>Delays double from the first up to the longest, each with a quarter of jitter. A database that is away is nobody's fault and is
 * waited for without end, and so is a connector that is suspended for what it did to others. What did that is not tried again by
 * itself: it has failed at once. What a connector or a table refuses is tried a number of times, in which somebody may repair it; then the
 * delivery has failed and waits for a replay.
 *
 * @param mostAttempts after how many attempts a delivery has failed, at least 1
 */
public record RetryPolicy(int mostAttempts, Duration first, Duration longest) {
    /** Twelve attempts over about half an hour. */
    public static final RetryPolicy STANDARD = new RetryPolicy(12, Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** As long as after so many attempts: half a minute by the standard. */
    private static final int SUSPENDED = 6;

    Outcome after(RuntimeException failure, Delivery delivery) {
        String reason = reason(failure);
        if (isKind(failure, ConnectorFailure.Kind.HARMFUL)) {
            return new Outcome.Failed(reason);
        }
        if (isKind(failure, ConnectorFailure.Kind.SUSPENDED)) {
            return new Outcome.Retry(reason, new Doubling(first, longest).after(SUSPENDED, 0.25), false);
        }
        boolean away = failure instanceof DatabaseException e && e.kind() == DatabaseException.Kind.UNAVAILABLE;
        return after(reason, delivery, !away);
    }

    /** @param blame whether the delivery is at fault even if the database was away */
    Outcome after(RuntimeException failure, Delivery delivery, boolean blame) {
        return blame ? after(reason(failure), delivery, true) : after(failure, delivery);
    }

    /** What nobody foresaw, an {@link Error} included, counts as an attempt. */
    Outcome afterUnforeseen(Throwable failure, Delivery delivery) {
        return after(
                "The host met an unexpected %s; its log says where."
                        .formatted(failure.getClass().getSimpleName()),
                delivery,
                true);
    }

    private Outcome after(String reason, Delivery delivery, boolean counts) {
        return counts && delivery.attempts() + 1 >= mostAttempts
                ? new Outcome.Failed(reason)
                : new Outcome.Retry(reason, new Doubling(first, longest).after(delivery.attempts() + 1, 0.25), counts);
    }

    private static boolean isKind(RuntimeException failure, ConnectorFailure.Kind kind) {
        return failure instanceof ConnectorFailure e && e.kind() == kind;
    }

    private static String reason(RuntimeException failure) {
        return switch (failure) {
            case ConnectorFailure e -> e.getMessage();
            case DatabaseException e -> "The database refused: " + e.getMessage();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
