package dev.webhookdb.query;

/**
 * A view that somebody made.
 *
 * @param sql the statement it shows
 * @param author the name of who made it
 */
public record SavedView(String name, String sql, String author) {}
