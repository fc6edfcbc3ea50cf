package dev.webhookdb.reader;

import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.BusyException;
import java.io.IOException;

/**
 * What the answer to a person's statement may take of the heap. It is asked before anything is held: a value of any size, and an error
 * that quotes one, ends the statement and not the host.
 *
 * <p>For use by one thread, the one that reads the answer; closed when the answer is not held any more.
 */
final class Allowance implements AutoCloseable {
    /** The allowance of the statement that this thread waits for; the driver gives no other way to those who read for it. */
    static final ScopedValue<Allowance> PRESENT = ScopedValue.newInstance();

    /** Charged at once, so that small rows are not rounded up one by one. */
    private static final long STEP = 1 << 16;

    private final MemoryBudget budget;
    private final MemoryBudget.Charge charge;
    private final long most;
    private long taken;
    private long charged = STEP;

    private Allowance(MemoryBudget budget, MemoryBudget.Charge charge, long most) {
        this.budget = budget;
        this.charge = charge;
        this.most = most;
    }

    /**
     * Begins with a little.
     *
     * @param most in bytes
     * @throws BusyException if even that is not free
     */
    static Allowance of(MemoryBudget budget, long most) {
        return budget.tryCharge(STEP)
                .map(charge -> new Allowance(budget, charge, Math.min(most, budget.capacity())))
                .orElseThrow(() -> new BusyException(busy()));
    }

    /** Takes more, or throws and leaves everything as it was. */
    void take(long bytes) throws ExceededException {
        long wanted = taken + bytes;
        if (bytes > most || wanted > most) {
            throw new ExceededException(
                    false,
                    "The result is larger than %d MB: select fewer rows or columns, or parts of large values with left() or substring()."
                            .formatted(most / 1_000_000));
        }
        while (wanted > charged) {
            long step = Math.min(Math.max(STEP, wanted - charged), budget.capacity() - charged);
            if (step <= 0 || !charge.grow(step)) {
                throw new ExceededException(true, busy());
            }
            charged += step;
        }
        taken = wanted;
    }

    /** How much more may be taken. */
    long left() {
        return most - taken;
    }

    @Override
    public void close() {
        charge.close();
    }

    private static String busy() {
        return "The results of other statements fill the memory that the host has for them. Try again in a moment.";
    }

    /** An answer that is not read to its end; its connection cannot be used any more. */
    static final class ExceededException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean forNow;

        private ExceededException(boolean forNow, String message) {
            super(message);
            this.forNow = forNow;
        }

        /** What to tell the person. */
        RuntimeException told() {
            return forNow ? new BusyException(getMessage()) : new QueryException(getMessage());
        }
    }
}
