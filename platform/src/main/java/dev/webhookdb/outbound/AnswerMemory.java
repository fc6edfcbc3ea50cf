package dev.webhookdb.outbound;

import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.MemoryBudget.Charge;
import dev.webhookdb.observe.OverBudgetException;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the answers of one conversation take, charged to a budget while they are read, until whoever began the conversation is done with
 * what was in them.
 *
 * <p>Two kinds, because many who each hold a part and wait for more would wait for one another. A small one has its part from the
 * beginning and never waits for more: what does not fit has {@linkplain #outgrown outgrown} it, and the conversation is to be begun anew
 * with a large one. Of those there is one at a time, which waits. Thread-safe.
 */
public final class AnswerMemory implements AutoCloseable {
    /** What a small one may take, as a part of the budget. */
    private static final int SMALL = 32;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For who holds memory and needs more: somebody who has some may be waiting for what it holds. */
    private static final Duration PATIENCE_OF_HOLDERS = Duration.ofSeconds(5);

    private static final Duration AGAIN = Duration.ofMillis(10);

    private final MemoryBudget budget;
    private final boolean large;
    private final Runnable whenClosed;
    private final List<Charge> charges = new ArrayList<>();
    private long taken;
    private boolean outgrown;
    private boolean closed;

    private AnswerMemory(MemoryBudget budget, boolean large, Runnable whenClosed) {
        this.budget = budget;
        this.large = large;
        this.whenClosed = whenClosed;
    }

    /** Returns one for answers of a usual size. */
    public static AnswerMemory small(MemoryBudget budget) {
        return new AnswerMemory(budget, false, () -> {});
    }

    /**
     * Returns one for answers of any size that fits into the budget; the caller sees to it that there is one at a time.
     *
     * @param whenClosed lets the next one begin
     */
    public static AnswerMemory large(MemoryBudget budget, Runnable whenClosed) {
        return new AnswerMemory(budget, true, whenClosed);
    }

    /** Returns whether something did not fit into a small one. */
    public synchronized boolean outgrown() {
        return outgrown;
    }

    /**
     * Charges bytes that are about to be held.
     *
     * @throws ConnectorException if they do not fit, now or ever
     */
    synchronized void take(long bytes) throws InterruptedException {
        if (closed) {
            // by somebody who was given up, and whom nobody waits for
            throw new ConnectorException(Reason.TRANSIENT, "The answer came too late.");
        }
        try {
            if (large) {
                takeAll(bytes);
            } else {
                takeOfPart(bytes);
            }
        } catch (OverBudgetException e) {
            throw new ConnectorException(
                    e.everTooLarge() ? Reason.SETTINGS : Reason.TRANSIENT,
                    "What the provider answered does not fit into memory. " + e.getMessage());
        }
    }

    private void takeOfPart(long bytes) throws InterruptedException {
        long part = budget.capacity() / SMALL;
        if (charges.isEmpty()) {
            charges.add(budget.charge(part, PATIENCE));
        }
        taken += bytes;
        if (taken > part) {
            outgrown = true;
            throw new ConnectorException(
                    Reason.TRANSIENT, "The provider's answer is a large one, and is read again as such.");
        }
    }

    private void takeAll(long bytes) throws InterruptedException {
        taken += bytes;
        if (taken > budget.capacity()) {
            // says how much that would be
            charges.add(budget.charge(taken, Duration.ZERO));
        }
        charges.add(charges.isEmpty() ? budget.charge(bytes, PATIENCE) : more(bytes));
    }

    /** Does not queue: all others would wait behind it, also those whose end it waits for. */
    private Charge more(long bytes) throws InterruptedException {
        long begun = System.nanoTime();
        Optional<Charge> charge = budget.tryCharge(bytes);
        while (charge.isEmpty() && System.nanoTime() - begun < PATIENCE_OF_HOLDERS.toNanos()) {
            Thread.sleep(AGAIN);
            charge = budget.tryCharge(bytes);
        }
        return charge.isPresent() ? charge.get() : budget.charge(bytes, Duration.ZERO);
    }

    @Override
    public synchronized void close() {
        charges.forEach(Charge::close);
        charges.clear();
        if (!closed) {
            closed = true;
            whenClosed.run();
        }
    }
}
