package dev.webhookdb.migration;

import java.time.Instant;
import java.util.Optional;

/**
 * A move, as people see it.
 *
 * @param source where from, without who enters it
 * @param destination where to, likewise
 * @param state how far it is, in a word that clients know
 * @param rows how many were copied, those that changed meanwhile several times
 * @param remark why it failed, what it waits after, or what was left behind
 */
public record Migration(
        String source,
        String destination,
        String state,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        long rows,
        Optional<String> remark) {}
