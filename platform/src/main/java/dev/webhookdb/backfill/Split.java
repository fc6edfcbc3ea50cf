package dev.webhookdb.backfill;

import java.time.Instant;
import java.util.Optional;

/**
 * A split of a run: a range of time, or a share of the parent's rows. Immutable.
 *
 * @param from where the range begins; empty if it is open, or there is none
 * @param to where it ends, excluded
 * @param reached down to where it is listed
 * @param parent the key of the parent's row that is being read or, without a cursor, was read last
 * @param cursor of the next page; empty for the first one
 */
record Split(
        int number,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<Instant> reached,
        Optional<String> parent,
        Optional<String> cursor,
        boolean done) {
    /** Returns a split of which nothing was read yet. */
    static Split of(int number, Optional<Instant> from, Optional<Instant> to) {
        return new Split(number, from, to, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    Split goingOn(Optional<Instant> reachedNow, Optional<String> next) {
        return new Split(number, from, to, reachedNow.or(() -> reached), parent, next, false);
    }

    Split finished() {
        return new Split(number, from, to, reached, parent, Optional.empty(), true);
    }

    Split of(String parentsKey) {
        return new Split(number, from, to, reached, Optional.of(parentsKey), Optional.empty(), false);
    }

    Split startingAt(Instant earliest) {
        return new Split(number, Optional.of(earliest), to, reached, parent, cursor, done);
    }
}
