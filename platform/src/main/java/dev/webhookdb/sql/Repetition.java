package dev.webhookdb.sql;

import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Repeats transactions that PostgreSQL ended because others were in the way. One that was begun inside of other work, or inside of which
 * other work was begun, is not: what was done in the other is not undone with it. Stateless.
 */
final class Repetition {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final Set<String> REPEATED = Set.of(SERIALIZATION_FAILURE, DEADLOCK);

    private static final RetryPolicy POLICY = RetryPolicy.of(
                    new Pauses.Doubling(Duration.ofMillis(10), Duration.ofMillis(200), 1))
            .attempts(4);

    private static final ScopedValue<Nest> OUTER = ScopedValue.newInstance();

    /** A transaction, and whether other work was begun inside of it. For one thread. */
    private static final class Nest {
        private boolean contains;
    }

    private Repetition() {}

    /** Notes that work begins. */
    static void begins() {
        if (OUTER.isBound()) {
            OUTER.get().contains = true;
        }
    }

    /** Does a whole transaction, and again if others were in the way. */
    static <T> T repeated(Supplier<T> transaction) {
        if (OUTER.isBound()) {
            return transaction.get();
        }
        for (int attempt = 1; ; attempt++) {
            Nest nest = new Nest();
            try {
                return ScopedValue.where(OUTER, nest).call(transaction::get);
            } catch (DatabaseException e) {
                if (nest.contains || !REPEATED.contains(e.sqlState()) || !waited(attempt)) {
                    throw e;
                }
            }
        }
    }

    /** Returns whether there is another attempt. */
    private static boolean waited(int attempt) {
        return switch (POLICY.after(Failure.of(Failure.Kind.TRANSIENT), attempt)) {
            case Decision.Over over -> false;
            case Decision.Again again -> slept(again.pause());
        };
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
