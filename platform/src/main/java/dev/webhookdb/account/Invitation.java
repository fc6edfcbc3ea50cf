package dev.webhookdb.account;

/**
 * What makes somebody a member who accepts it.
 *
 * @param code {@code join-} and eight hexadecimal digits
 */
public record Invitation(Organization organization, String email, Role role, String code) {}
