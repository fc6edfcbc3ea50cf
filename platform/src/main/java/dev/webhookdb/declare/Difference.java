package dev.webhookdb.declare;

/**
 * An attribute that is to become different. Shows no secret.
 *
 * @param attribute its path
 * @param before as people are shown it; empty if there was nothing
 * @param after the same of what is to be; empty if there is to be nothing
 * @param isSecret whether both only say that it is one
 */
public record Difference(String attribute, String before, String after, boolean isSecret) {}
