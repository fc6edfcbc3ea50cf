package dev.webhookdb.sql;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Of which pools a thread has a connection. */
final class HeldPools {
    private static final ScopedValue<List<Pool>> HELD = ScopedValue.newInstance();

    private HeldPools() {}

    static boolean contains(Pool pool) {
        return HELD.isBound() && HELD.get().contains(pool);
    }

    static boolean any(Predicate<Pool> condition) {
        return HELD.isBound() && HELD.get().stream().anyMatch(condition);
    }

    /** Does the work, which has a connection of the pool. */
    static <T, X extends Throwable> T holding(Pool pool, ScopedValue.CallableOp<T, X> work) throws X {
        List<Pool> held = HELD.isBound()
                ? Stream.concat(HELD.get().stream(), Stream.of(pool)).toList()
                : List.of(pool);
        return ScopedValue.where(HELD, held).call(work);
    }
}
