package dev.webhookdb.retry;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** How long is waited between attempts, as data. The jitter keeps those that failed together from coming again together. */
public sealed interface Pauses {
    /**
     * Returns the pause after a failed attempt.
     *
     * @param attempt its number, at least 1
     */
    Duration after(int attempt, RandomGenerator random);

    /** Pauses that double from the first up to the longest, without jitter. */
    static Pauses doubling(Duration first, Duration longest) {
        return new Doubling(first, longest, 0);
    }

    /**
     * Pauses that double.
     *
     * @param first after the first attempt
     * @param longest after any, before the jitter
     * @param jitter the most that is added, as a part of the pause; at least 0
     */
    record Doubling(Duration first, Duration longest, double jitter) implements Pauses {
        private static final int MOST_DOUBLINGS = 20;

        @Override
        public Duration after(int attempt, RandomGenerator random) {
            Duration doubled = first.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
            return jittered(doubled.compareTo(longest) > 0 ? longest : doubled, jitter, random);
        }
    }

    /**
     * A list of pauses; the last is repeated after it.
     *
     * @param each at least one
     * @param jitter the most that is added, as a part of the pause; at least 0
     */
    record Steps(List<Duration> each, double jitter) implements Pauses {
        /** Refuses a list without pauses. */
        public Steps {
            if (each.isEmpty()) {
                throw new IllegalArgumentException("A list of pauses needs at least one.");
            }
            each = List.copyOf(each);
        }

        @Override
        public Duration after(int attempt, RandomGenerator random) {
            return jittered(each.get(Math.min(attempt, each.size()) - 1), jitter, random);
        }
    }

    /**
     * Pauses that are a little shorter or longer than others, so that on average they are as long.
     *
     * @param spread the most that is added or taken away, as a part of the pause; from 0 to 1
     */
    record Around(Pauses pauses, double spread) implements Pauses {
        @Override
        public Duration after(int attempt, RandomGenerator random) {
            Duration pause = pauses.after(attempt, random);
            long most = (long) (pause.toMillis() * spread);
            return most <= 0 ? pause : pause.minusMillis(most).plusMillis(random.nextLong(2 * most + 1));
        }
    }

    private static Duration jittered(Duration pause, double jitter, RandomGenerator random) {
        long most = (long) (pause.toMillis() * jitter);
        return most <= 0 ? pause : pause.plusMillis(random.nextLong(most + 1));
    }
}
