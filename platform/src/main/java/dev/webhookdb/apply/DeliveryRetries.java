package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Failure.Kind;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.DatabaseException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What becomes of a delivery after a failure.
 *
 * <p>A database that is away is nobody's fault and is waited for without end, and so is a connector that is suspended for what it did to
 * others. What did that is not tried again by itself: it has failed at once. What a connector or a table refuses is tried a number of
 * times, in which somebody may repair it; then the delivery has failed and waits for a replay.
 */
record DeliveryRetries(RetryPolicy policy) {
    /** As long as after so many attempts: half a minute by the standard. */
    private static final int SUSPENDED = 6;

    Outcome after(RuntimeException failure, Delivery delivery) {
        return after(failureOf(failure), reason(failure), delivery);
    }

    /** @param blame whether the delivery is at fault even if the database was away */
    Outcome after(RuntimeException failure, Delivery delivery, boolean blame) {
        return blame ? after(Failure.of(Kind.TRANSIENT), reason(failure), delivery) : after(failure, delivery);
    }

    /** What nobody foresaw, an {@link Error} included, counts as an attempt. */
    Outcome afterUnforeseen(Throwable failure, Delivery delivery) {
        String reason = "The host met an unexpected %s; its log says where."
                .formatted(failure.getClass().getSimpleName());
        return after(Failure.of(Kind.DEFECT), reason, delivery);
    }

    private Outcome after(Failure failure, String reason, Delivery delivery) {
        return switch (policy.after(failure, delivery.attempts() + 1)) {
            case Decision.Again again -> new Outcome.Retry(reason, again.pause(), again.counts());
            case Decision.Over over -> new Outcome.Failed(reason);
        };
    }

    private Failure failureOf(RuntimeException failure) {
        return switch (failure) {
            case DatabaseException e when e.kind() == DatabaseException.Kind.UNAVAILABLE -> Failure.of(Kind.EXHAUSTED);
            case ConnectorFailure e when e.kind() == ConnectorFailure.Kind.HARMFUL -> Failure.of(Kind.PERMANENT);
            case ConnectorFailure e
            when e.kind() == ConnectorFailure.Kind.SUSPENDED ->
                Failure.exhausted(policy.pauses().after(SUSPENDED, ThreadLocalRandom.current()));
            default -> Failure.of(Kind.TRANSIENT);
        };
    }

    private static String reason(RuntimeException failure) {
        return switch (failure) {
            case ConnectorFailure e -> e.getMessage();
            case DatabaseException e -> "The database refused: " + e.getMessage();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
