package dev.webhookdb.account;

/**
 * A person who logged in once.
 *
 * @param email in lower case
 * @param name what to call them; may be empty
 */
public record Customer(long id, String email, String name) {}
