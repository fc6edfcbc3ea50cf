package dev.webhookdb.query;

/** A view that somebody made. */
public record SavedView(String name, String sql, String author) {}
