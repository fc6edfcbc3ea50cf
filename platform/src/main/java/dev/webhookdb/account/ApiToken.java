package dev.webhookdb.account;

import java.time.Instant;
import java.util.Optional;

/**
 * What lets a program act in one organization; the token itself is told once, when it is made.
 *
 * @param opaqueId {@code tok_...}
 * @param membership where, and with which role: never more than whoever made it has now
 * @param name unique in its organization
 * @param lastUsedAt to the minute
 */
public record ApiToken(
        String opaqueId,
        Membership membership,
        String name,
        String createdBy,
        Instant createdAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> expiresAt) {}
