package dev.webhookdb.migration;

/**
 * A move to another of the configured servers, as it would be, or is.
 *
 * @param from the name of the server that the organization's database is on
 * @param to the name of the one that it moves to
 * @param tables how many tables there are to copy
 * @param bytes what the database takes on the disk now
 */
public record ServerMove(String from, String to, long tables, long bytes) {}
