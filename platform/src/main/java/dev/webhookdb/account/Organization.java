package dev.webhookdb.account;

/**
 * A tenant.
 *
 * @param key what people type: lower case, unique, never changed
 * @param name what people read
 */
public record Organization(long id, String key, String name) {}
