package dev.webhookdb.query;

/**
 * A statement that somebody keeps.
 *
 * @param id what people see, {@code svq_...}; cannot be guessed
 * @param author the name of who made it
 * @param isPublic whether anybody who has its URL may run it
 */
public record SavedQuery(
        String id, long organizationId, String author, String description, String sql, boolean isPublic) {
    /** Returns the same statement with another description. */
    public SavedQuery withDescription(String other) {
        return new SavedQuery(id, organizationId, author, other, sql, isPublic);
    }

    /** Returns another statement in its place. */
    public SavedQuery withSql(String other) {
        return new SavedQuery(id, organizationId, author, description, other, isPublic);
    }

    /** Returns the same statement, public or not. */
    public SavedQuery withPublic(boolean wanted) {
        return new SavedQuery(id, organizationId, author, description, sql, wanted);
    }
}
