package dev.webhookdb.query;

/**
 * A statement that somebody keeps.
 *
 * @param id what people see, {@code svq_...}; cannot be guessed
 * @param author the name of who made it
 * @param open whether anybody who has its URL may run it
 */
public record SavedQuery(String id, long organizationId, String author, String description, String sql, boolean open) {}
