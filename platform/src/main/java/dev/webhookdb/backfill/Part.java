package dev.webhookdb.backfill;

import java.time.Instant;
import java.util.Optional;

/**
 * A part of a run: a range of time, or a share of the parent's rows. Immutable.
 *
 * @param from where the range begins; empty if it is open, or there is none
 * @param to where it ends, excluded
 * @param reached down to where it is listed
 * @param parent the key of the parent's row that is being read or, without a cursor, was read last
 * @param cursor of the next page; empty for the first one
 */
record Part(
        int number,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<Instant> reached,
        Optional<String> parent,
        Optional<String> cursor,
        boolean done) {
    /** Returns a part of which nothing was read yet. */
    static Part of(int number, Optional<Instant> from, Optional<Instant> to) {
        return new Part(number, from, to, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    Part goingOn(Optional<Instant> reachedNow, Optional<String> next) {
        return new Part(number, from, to, reachedNow.or(() -> reached), parent, next, false);
    }

    Part finished() {
        return new Part(number, from, to, reached, parent, Optional.empty(), true);
    }

    Part of(String parentsKey) {
        return new Part(number, from, to, reached, Optional.of(parentsKey), Optional.empty(), false);
    }

    Part startingAt(Instant earliest) {
        return new Part(number, Optional.of(earliest), to, reached, parent, cursor, done);
    }
}
