package dev.webhookdb.account;

/** Somebody's part in an organization. */
public record Membership(Organization organization, Role role) {}
