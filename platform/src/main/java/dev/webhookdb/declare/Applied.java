package dev.webhookdb.declare;

import java.util.List;

/**
 * What became of a plan.
 *
 * @param done what was done
 * @param failures why the rest was not: what cannot be read, and for each organization with one, what failed first
 */
public record Applied(Plan done, List<Mistake> failures) {
    /** Copies the failures. */
    public Applied {
        failures = List.copyOf(failures);
    }
}
