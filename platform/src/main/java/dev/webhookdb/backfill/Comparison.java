package dev.webhookdb.backfill;

import dev.webhookdb.store.Difference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison of an integration's table with what its provider lists, as people see it.
 *
 * @param opaqueId {@code cmp_...}
 * @param resources how many were listed so far
 * @param refused how many rows of the parent's table nothing was listed for, or how many resources could not be read
 * @param expected resources in all, where the provider says so
 * @param error why it failed or, while it is running, what it last waited after
 * @param retryAt until when it waits
 * @param counts how many rows of each kind there are, once it has succeeded
 * @param keys the keys of the first rows of each kind that is to be mended: a hundred at most
 * @param waiting how many webhooks of the integration's endpoint were not stored yet when it ended
 * @param unread what the provider does not list, in a sentence
 */
public record Comparison(
        String opaqueId,
        BackfillJob.State state,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        long pages,
        long resources,
        long refused,
        Optional<Long> expected,
        Optional<String> error,
        Optional<Instant> retryAt,
        Map<Difference, Long> counts,
        Map<Difference, List<String>> keys,
        long waiting,
        Optional<String> unread) {
    /** Keeps copies. */
    public Comparison {
        counts = Map.copyOf(counts);
        keys = Map.copyOf(keys);
    }

    /** Returns how many rows of a kind there are. */
    public long count(Difference kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Returns how many rows there are to be mended. */
    public long differences() {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().isReal())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
