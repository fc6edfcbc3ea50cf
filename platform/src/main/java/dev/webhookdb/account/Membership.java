package dev.webhookdb.account;

/** A customer's part in an organization. */
public record Membership(Organization organization, Role role) {}
